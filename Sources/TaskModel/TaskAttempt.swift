package import JSON

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
    /// What its program has written; `nil` for built-in work, and where no program has started.
    package var output: ProgramOutput?

    package init(
        number: Int, startedAt: Timestamp?, finishedAt: Timestamp, error: String, exitCode: Int32?,
        activeMilliseconds: Int, isInterrupted: Bool, output: ProgramOutput? = nil
    ) {
        self.number = number
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.error = error
        self.exitCode = exitCode
        self.activeMilliseconds = activeMilliseconds
        self.isInterrupted = isInterrupted
        self.output = output
    }
}

extension TaskAttempt: JSONReadable, JSONWritable {
    package init(json: JSONValue) throws(JSONShapeError) {
        let members = try JSONMembers(json)
        self.init(
            number: try members.value("attempt"), startedAt: try members.optional("started_at"),
            finishedAt: try members.value("finished_at"), error: try members.value("error"),
            exitCode: try members.optional("exit_code"), activeMilliseconds: try members.value("active_ms"),
            isInterrupted: try members.value("interrupted"), output: try members.optional("output"))
    }

    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("active_ms", activeMilliseconds)
            json.member("attempt", number)
            json.member("error", error)
            json.member("exit_code", exitCode)
            json.member("finished_at", finishedAt)
            json.member("interrupted", isInterrupted)
            json.member("output", output)
            json.member("started_at", startedAt)
        }
    }
}
