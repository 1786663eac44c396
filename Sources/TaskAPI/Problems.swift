import HTTPSupport
import HTTPTypes
import Hummingbird
import JSON

extension ProblemDetails {
    static func invalidParameter(_ name: some StringProtocol, _ message: String) -> ProblemDetails {
        ProblemDetails(
            status: 400, code: "invalid_parameter", title: "A query parameter is not valid",
            detail: "\(name.prefix(64)) \(message)")
    }

    static func invalidHeader(_ name: String, _ message: String) -> ProblemDetails {
        ProblemDetails(
            status: 400, code: "invalid_header", title: "A header is not valid", detail: "\(name) \(message)")
    }

    static let internalError = ProblemDetails(
        status: 500, code: "internal_error", title: "The service has a defect",
        detail: "the request could not be answered; the log says more")

    /// The problem as an answer, with the headers that its status asks for.
    ///
    /// `Accept-Post`, which media types a resource takes, is of Linked Data Platform 1.0, section 7.1.
    func response(headers: HTTPFields = [:]) -> Response {
        var headers = headers
        switch status {
        case 401: headers[.wwwAuthenticate] = "Bearer"
        // What the client still sends is not a request.
        case 408, 413: headers[.connection] = "close"
        case 415: if let name = HTTPField.Name(acceptance.name) { headers[name] = acceptance.value }
        case 503: headers[.retryAfter] = "1"
        default: break
        }
        headers[.contentType] = ProblemDetails.mediaType
        return .json(self, status: .init(code: status), headers: headers)
    }
}

extension ProblemDetails {
    /// The problem as the last answer on a connection, for handlers below Hummingbird's router.
    var lastAnswer: (head: HTTPResponse, body: ByteBuffer) {
        let body = ByteBuffer(bytes: JSONCoding.encode(self))
        let fields: HTTPFields = [
            .contentType: Self.mediaType, .contentLength: String(body.readableBytes), .connection: "close",
        ]
        return (HTTPResponse(status: .init(code: status), headerFields: fields), body)
    }
}

extension Response {
    /// Any value as a JSON body.
    static func json(
        _ value: some JSONWritable, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
    ) -> Response {
        let bytes = JSONCoding.encode(value)
        var headers = headers
        if headers[.contentType] == nil { headers[.contentType] = "application/json" }
        headers[.contentLength] = String(bytes.count)
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}

extension HTTPField.Name {
    /// `Idempotency-Key`, a client's name for a request (draft-ietf-httpapi-idempotency-key-header).
    static let idempotencyKey = name("idempotency-key")
    /// `Sec-Fetch-Site`, by which a browser says from where a request comes (Fetch Metadata).
    static let secFetchSite = name("sec-fetch-site")

    private static func name(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else { preconditionFailure("\(text) is a valid field name") }
        return name
    }
}
