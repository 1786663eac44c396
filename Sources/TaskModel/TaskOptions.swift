package import JSON

/// What a client may ask of the queue for one task, besides the work itself.
package struct TaskOptions: Sendable, Hashable {
    /// Which priorities there are.
    package static let priorities = -100...100
    /// How many retries may be asked for.
    package static let retryCounts = 0...100
    /// Seconds that a timeout may be.
    package static let timeouts = 0.001...31_536_000

    /// The higher, the sooner it is started.
    package var priority = 0
    /// Seconds of running time, pauses not counted, after which an attempt is ended; `nil` means never.
    package var timeout: Double?
    /// How often it is started again after it has failed.
    package var retries = 0
    /// It is not started before this time.
    package var notBefore: Timestamp?

    package init() {}

    /// Takes the options from a client's object, noting there what is wrong.
    package init(from fields: inout FieldReader) {
        priority = fields.integer("priority", default: 0, in: Self.priorities)
        timeout = fields.optionalNumber("timeout", in: Self.timeouts)
        retries = fields.integer("retries", default: 0, in: Self.retryCounts)
        notBefore = fields.optionalTime("not_before")
    }

    /// How many attempts there may be in all: interrupted ones use up no retry.
    package func attemptLimit(after attempts: [TaskAttempt]) -> Int {
        retries + 1 + attempts.count { $0.isInterrupted }
    }

    /// The members that differ from what a task has when nothing is said.
    package var members: [JSONName: JSONValue] {
        var members: [JSONName: JSONValue] = [:]
        if priority != 0 { members["priority"] = .integer(Int64(priority)) }
        if let timeout { members["timeout"] = .number(timeout) }
        if retries != 0 { members["retries"] = .integer(Int64(retries)) }
        if let notBefore { members["not_before"] = .string(notBefore.description) }
        return members
    }
}

/// One run of a task that did not bring its result, and after which it was, or will be, started again.
package struct TaskAttempt: Sendable, Hashable {
    /// Counted from 1.
    package var number: Int
    /// When the worker began to work; `nil` when it never did.
    package var startedAt: Timestamp?
    /// When it was over.
    package var finishedAt: Timestamp
    /// Why it failed.
    package var error: String
    /// The worker's exit code; `nil` when a signal ended it, or nobody knows.
    package var exitCode: Int32?
    /// Milliseconds spent running, pauses not counted.
    package var activeMilliseconds: Int
    /// Whether it was the service's end, or its crash, that ended it; such an attempt takes away no retry.
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
