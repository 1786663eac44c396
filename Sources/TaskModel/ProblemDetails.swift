/// An error as RFC 9457 `application/problem+json`, with the project's own members.
package struct ProblemDetails: Sendable, Hashable, Codable, Error {
    /// The media type of the encoded value.
    package static let mediaType = "application/problem+json"

    /// A URI reference that names the kind of problem: the code below `/problems/`.
    package let type: String
    package let title: String
    /// The HTTP status.
    package let status: Int
    package let detail: String
    /// Stable, for programs.
    package let code: String
    /// ``detail`` once more, for clients that look for `{"error": "…"}`.
    package let error: String
    package var errors: [FieldProblem]?
    package var currentStatus: TaskState?
    package var allowedActions: [TaskAction]?

    package init(status: Int, code: String, title: String, detail: String) {
        type = "/problems/" + code.replacing("_", with: "-")
        self.title = title
        self.status = status
        self.detail = detail
        self.code = code
        error = detail
    }

    private enum CodingKeys: String, CodingKey {
        case type, title, status, detail, code, error, errors
        case currentStatus = "current_status"
        case allowedActions = "allowed_actions"
    }
}
