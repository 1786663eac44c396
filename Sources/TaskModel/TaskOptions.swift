package import JSON

/// The queue's options for one task.
package struct TaskOptions: Sendable, Hashable {
    /// All priorities.
    package static let priorities = -100...100
    /// All numbers of retries.
    package static let retryCounts = 0...100
    /// All timeouts, in seconds.
    package static let timeouts = 0.001...31_536_000

    /// The higher, the sooner the task is started.
    package var priority = 0
    /// Seconds of running time, without pauses, after which an attempt is ended; `nil` for no limit.
    package var timeout: Double?
    /// The number of attempts after failed ones.
    package var retries = 0
    /// The time before which the task is not started.
    package var notBefore: Timestamp?

    package init() {}

    /// Reads the options from a client's object, and records the problems there.
    package init(from fields: inout FieldReader) {
        priority = fields.integer("priority", default: 0, in: Self.priorities)
        timeout = fields.optionalNumber("timeout", in: Self.timeouts)
        retries = fields.integer("retries", default: 0, in: Self.retryCounts)
        notBefore = fields.optionalTime("not_before")
    }

    /// The most attempts: interrupted ones do not count as retries.
    package func attemptLimit(after attempts: [TaskAttempt]) -> Int {
        retries + 1 + attempts.count { $0.isInterrupted }
    }

    /// The members that differ from their defaults.
    package var members: [JSONName: JSONValue] {
        var members: [JSONName: JSONValue] = [:]
        if priority != 0 { members["priority"] = .integer(Int64(priority)) }
        if let timeout { members["timeout"] = .number(timeout) }
        if retries != 0 { members["retries"] = .integer(Int64(retries)) }
        if let notBefore { members["not_before"] = .string(notBefore.description) }
        return members
    }
}

/// A failed attempt that was, or will be, followed by another.
package struct TaskAttempt: Sendable, Hashable {
    /// Counted from 1.
    package var number: Int
    /// The time at which the worker began to work; `nil` if it never did.
    package var startedAt: Timestamp?
    /// The time of its end.
    package var finishedAt: Timestamp
    /// The cause of the failure.
    package var error: String
    /// The worker's exit code; `nil` if a signal ended it, or if it is unknown.
    package var exitCode: Int32?
    /// Milliseconds of running time, without pauses.
    package var activeMilliseconds: Int
    /// Whether the end or the crash of a service ended it; such an attempt does not count as a retry.
    package var isInterrupted: Bool

    package init(
        number: Int, startedAt: Timestamp?, finishedAt: Timestamp, error: String, exitCode: Int32?,
        activeMilliseconds: Int, isInterrupted: Bool
    ) {
        self.number = number
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.error = error
        self.exitCode = exitCode
        self.activeMilliseconds = activeMilliseconds
        self.isInterrupted = isInterrupted
    }
}

extension TaskAttempt: JSONReadable, JSONWritable {
    package init(json: JSONValue) throws(JSONShapeError) {
        let members = try JSONMembers(json)
        self.init(
            number: try members.value("attempt"), startedAt: try members.optional("started_at"),
            finishedAt: try members.value("finished_at"), error: try members.value("error"),
            exitCode: try members.optional("exit_code"), activeMilliseconds: try members.value("active_ms"),
            isInterrupted: try members.value("interrupted"))
    }

    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("active_ms", activeMilliseconds)
            json.member("attempt", number)
            json.member("error", error)
            json.member("exit_code", exitCode)
            json.member("finished_at", finishedAt)
            json.member("interrupted", isInterrupted)
            json.member("started_at", startedAt)
        }
    }
}
