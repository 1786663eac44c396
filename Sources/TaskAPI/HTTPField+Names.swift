import HTTPTypes

extension HTTPField.Name {
    /// `X-Accel-Buffering`: whether nginx collects an answer before it passes it on.
    static let accelBuffering = name("x-accel-buffering")
    /// `Idempotency-Key`, a client's name for a request (draft-ietf-httpapi-idempotency-key-header).
    static let idempotencyKey = name("idempotency-key")
    /// `Last-Event-ID`, the last event that a client has received (HTML, 9.2.4).
    static let lastEventID = name("last-event-id")
    /// `X-Log-Truncated`: whether the beginning of a log has been dropped.
    static let logTruncated = name("x-log-truncated")
    /// `Sec-Fetch-Site`, the relation of a browser's page to this server (Fetch Metadata).
    static let secFetchSite = name("sec-fetch-site")

    private static func name(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else { preconditionFailure("\(text) is a valid field name") }
        return name
    }
}
