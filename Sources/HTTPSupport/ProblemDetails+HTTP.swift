import JSON

// What can be wrong with a request before it is about a task, on the API and on a worker alike.
extension ProblemDetails {
    /// The body cannot be read as JSON, or is not an object.
    package static func malformedJSON(_ reason: String) -> ProblemDetails {
        ProblemDetails(status: 400, code: "malformed_json", title: "The body is not valid JSON", detail: reason)
    }

    /// What the HTTP parser refuses.
    package static func malformedRequest(_ reason: String) -> ProblemDetails {
        ProblemDetails(
            status: 400, code: "malformed_request", title: "The request is not valid HTTP",
            detail: "the request cannot be read: \(reason)")
    }

    /// - Parameter known: the paths that there are, in words.
    package static func noSuchResource(_ path: some StringProtocol, known: String) -> ProblemDetails {
        ProblemDetails(
            status: 404, code: "not_found", title: "There is no such resource",
            detail: "'\(path.prefix(100))' is neither \(known)")
    }

    /// - Parameter allowed: the methods that the path has; an answer tells them as `Allow`, too.
    package static func methodNotAllowed(_ method: String, allowed: [String]) -> ProblemDetails {
        ProblemDetails(
            status: 405, code: "method_not_allowed", title: "The resource does not allow this method",
            detail: "\(method.prefix(32)) is not possible here; possible: \(allowed.joined(separator: ", "))")
    }

    /// What was announced has not come in time.
    package static func requestTimeout(_ reason: String) -> ProblemDetails {
        ProblemDetails(
            status: 408, code: "request_timeout", title: "The request has not come in time", detail: reason)
    }

    /// - Parameter limit: the most bytes a body may have.
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

    /// What the headers say of a body that is not read: it is not declared as JSON, or is encoded; else `nil`.
    package static func refusal(ofContentType type: String?, encoding: String?) -> ProblemDetails? {
        guard MediaType.mayBeJSON(type) else { return unsupportedMediaType }
        return MediaType.isIdentity(encoding) ? nil : unsupportedContentEncoding
    }

    /// The header of an answer with 415 that names what would be accepted.
    package var acceptance: (name: String, value: String) {
        code.hasSameBytes(as: Self.unsupportedContentEncoding.code)
            ? ("Accept-Encoding", "identity") : ("Accept-Post", "application/json")
    }
}
