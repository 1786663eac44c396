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
