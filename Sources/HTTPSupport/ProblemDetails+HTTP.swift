import JSON

// Problems of requests in general, on the API and on workers.
extension ProblemDetails {
    /// The body is not JSON, or not an object.
    package static func malformedJSON(_ reason: String) -> ProblemDetails {
        ProblemDetails(status: 400, code: "malformed_json", title: "The body is not valid JSON", detail: reason)
    }

    /// The request is not HTTP.
    package static func malformedRequest(_ reason: String) -> ProblemDetails {
        ProblemDetails(
            status: 400, code: "malformed_request", title: "The request is not valid HTTP",
            detail: "the request cannot be read: \(reason)")
    }

    /// - Parameter known: all paths, in words.
    package static func noSuchResource(_ path: some StringProtocol, known: String) -> ProblemDetails {
        ProblemDetails(
            status: 404, code: "not_found", title: "There is no such resource",
            detail: "'\(path.prefix(100))' is neither \(known)")
    }

    /// - Parameter allowed: the methods of the path, which are also the value of `Allow`.
    package static func methodNotAllowed(_ method: String, allowed: [String]) -> ProblemDetails {
        ProblemDetails(
            status: 405, code: "method_not_allowed", title: "The resource does not allow this method",
            detail: "\(method.prefix(32)) is not possible here; possible: \(allowed.joined(separator: ", "))")
    }

    /// The announced headers or body have not arrived in time.
    package static func requestTimeout(_ reason: String) -> ProblemDetails {
        ProblemDetails(
            status: 408, code: "request_timeout", title: "The request timed out", detail: reason)
    }

    /// - Parameter limit: the most bytes of a body.
    package static func bodyTooLarge(limit: Int) -> ProblemDetails {
        ProblemDetails(
            status: 413, code: "body_too_large", title: "The body is too large",
            detail: "a body may have at most \(limit) bytes")
    }

    /// The body is declared as something else than JSON.
    package static let unsupportedMediaType = ProblemDetails(
        status: 415, code: "unsupported_media_type", title: "The body is not declared as JSON",
        detail: "send the body as 'Content-Type: application/json'")

    /// The body is compressed, or otherwise encoded.
    package static let unsupportedContentEncoding = ProblemDetails(
        status: 415, code: "unsupported_content_encoding", title: "The body is encoded",
        detail: "send the body as it is, without 'Content-Encoding'")

    /// The problem with the headers of a body: it is not declared as JSON, or is encoded; `nil` if there is none.
    package static func refusal(ofContentType type: String?, encoding: String?) -> ProblemDetails? {
        guard MediaType.mayBeJSON(type) else { return unsupportedMediaType }
        return MediaType.isIdentity(encoding) ? nil : unsupportedContentEncoding
    }

    /// The header of an answer with 415 that has the accepted type or encoding.
    var acceptance: (name: String, value: String) {
        code.hasSameBytes(as: Self.unsupportedContentEncoding.code)
            ? ("Accept-Encoding", "identity") : ("Accept-Post", "application/json")
    }
}
