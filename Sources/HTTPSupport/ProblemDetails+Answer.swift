import JSON

// A problem as an answer, on every server of this project.
extension ProblemDetails {
    /// The header fields that describe the answer, `Connection` and `Content-Length` not included.
    ///
    /// `Accept-Post`, the media types that a resource accepts, is of Linked Data Platform 1.0, section 7.1.
    package var headers: [(name: String, value: String)] {
        var headers = [("Content-Type", Self.mediaType)]
        switch status {
        case 401: headers.append(("WWW-Authenticate", "Bearer"))
        case 415: headers.append(acceptance)
        case 503: headers.append(("Retry-After", "1"))
        default: break
        }
        return headers
    }

    /// Whether the answer closes the connection: what the client still sends is not a request.
    package var closesConnection: Bool { status == 408 || status == 413 }

    /// The body.
    package var body: [UInt8] { JSONCoding.encode(self) }
}
