package import JSON
package import TaskModel

/// An error as RFC 9457 `application/problem+json`, with the project's own members.
package struct ProblemDetails: Sendable, Hashable, Error {
    /// The media type of the encoded value.
    package static let mediaType = "application/problem+json"

    /// A URI reference for the kind of problem: the code below `/problems/`.
    package let type: String
    /// The kind of problem, in words that do not vary.
    package let title: String
    /// The HTTP status.
    package let status: Int
    /// The cause, in one sentence.
    package let detail: String
    /// Stable, for programs.
    package let code: String
    /// ``detail`` once more, for clients that look for `{"error": "…"}`.
    package let error: String
    /// The problems of single fields; only with 422.
    package var errors: [FieldProblem]?
    /// The problems of the configuration file, as `errors`; only with 422, in place of those of fields.
    package var configurationErrors: [ConfigurationProblem]?
    /// The state that does not allow the action; only with 409.
    package var currentStatus: TaskState?
    /// The actions that the state allows; only with 409.
    package var allowedActions: [TaskAction]?

    /// Creates a problem without the members that only some have.
    package init(status: Int, code: String, title: String, detail: String) {
        type = "/problems/" + code.replacing("_", with: "-")
        self.title = title
        self.status = status
        self.detail = detail
        self.code = code
        error = detail
    }
}

extension ProblemDetails: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            if let allowedActions { json.member("allowed_actions", allowedActions) }
            json.member("code", code)
            if let currentStatus { json.member("current_status", currentStatus) }
            json.member("detail", detail)
            json.member("error", error)
            if let errors { json.member("errors", errors) }
            if let configurationErrors { json.member("errors", configurationErrors) }
            json.member("status", status)
            json.member("title", title)
            json.member("type", type)
        }
    }
}
