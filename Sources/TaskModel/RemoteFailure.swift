package import JSON

/// Why a service that is reached over a connection has not done what was requested.
package enum RemoteFailure: Sendable, Hashable {
    /// There is no connection: the request was not sent.
    case unreachable(reason: String)
    /// The connection ended before the answer: the request may have had its effect.
    case connectionLost(reason: String)
    /// There was no answer in time: the request may have had its effect.
    case timedOut(Duration)
    /// The client may not do this (401, 403).
    case forbidden(RemoteProblem)
    /// Another problem that the service has reported.
    case problem(RemoteProblem)
    /// The answer is none of this API.
    case unexpectedAnswer(reason: String)
}

/// A problem as a service has reported it (RFC 9457).
package struct RemoteProblem: Sendable, Hashable {
    /// The HTTP status.
    package let status: Int
    /// Stable, for programs.
    package let code: String
    package let title: String
    package let detail: String
    /// The problems of single fields.
    package let fields: [FieldProblem]
    /// The state that does not allow the action.
    package let currentState: TaskState?

    package init(
        status: Int, code: String, title: String, detail: String, fields: [FieldProblem] = [],
        currentState: TaskState? = nil
    ) {
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.fields = fields
        self.currentState = currentState
    }
}

extension RemoteFailure {
    /// The problem that the service has reported; `nil` if there is no answer of this API.
    package var problem: RemoteProblem? {
        switch self {
        case .forbidden(let problem), .problem(let problem): problem
        case .unreachable, .connectionLost, .timedOut, .unexpectedAnswer: nil
        }
    }

    /// The failure's stable name.
    package var code: String {
        switch self {
        case .unreachable: "service_unreachable"
        case .connectionLost: "connection_lost"
        case .timedOut: "answer_timeout"
        case .forbidden(let problem), .problem(let problem): problem.code
        case .unexpectedAnswer: "unexpected_answer"
        }
    }

    /// The kind of failure.
    package var title: String {
        switch self {
        case .unreachable: "The service is not reached"
        case .connectionLost: "The connection to the service is lost"
        case .timedOut: "The service does not answer"
        case .forbidden(let problem), .problem(let problem): problem.title
        case .unexpectedAnswer: "The answer is not that of a task service"
        }
    }

    /// The cause, in one sentence.
    package var detail: String {
        switch self {
        case .unreachable(let reason): "the service is not reached: \(reason)"
        case .connectionLost(let reason): "the connection to the service was lost: \(reason)"
        case .timedOut(let limit): "the service has not answered within \(limit.secondsText)"
        case .forbidden(let problem), .problem(let problem): problem.detail
        case .unexpectedAnswer(let reason): "the answer is not that of a task service: \(reason)"
        }
    }
}
