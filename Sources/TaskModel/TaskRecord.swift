package import JSON

/// A task at one moment, as every endpoint returns it and every screen shows it.
package struct TaskRecord: Sendable, Hashable {
    /// How many code points a name may have.
    package static let nameLimit = 200
    /// How many code points a title that is not a name has at most.
    package static let titleLimit = 80

    /// Unique.
    package var id: TaskID
    /// The name of its kind in the registry of task types.
    package var type: String
    /// The client's name for it; `nil` for none.
    package var name: String?
    /// Its name, or else a few words on its data; safe to show.
    package var title = ""
    /// The data as the client sent it, without defaults; `nil` if only the store has it, because it is large.
    ///
    /// Records that clients of ``TaskControl`` request have it.
    package var data: JSONText?
    private var sizeOfStoredData = 0
    /// The queue's options.
    package var options: TaskOptions
    /// Its state.
    package var state: TaskState
    /// Grows with every change of the record but those of ``ClockMembers``; 0 in records of earlier versions.
    package var revision = 0
    /// As last reported by the worker.
    package var progress: TaskProgress
    /// The worker's process, also after its end; `nil` until there is one.
    package var pid: Int32?
    /// The worker's own HTTP server on 127.0.0.1; `nil` until it is open.
    package var workerPort: Int?
    /// The time of its acceptance.
    package var createdAt: Timestamp
    /// The time at which the worker opened its server and began to work.
    package var startedAt: Timestamp?
    /// The time at which its process group was proven empty.
    package var finishedAt: Timestamp?
    /// Milliseconds that this attempt has spent running, pauses not counted.
    package var activeMilliseconds: Int
    /// Milliseconds that this attempt has been paused.
    package var pausedMilliseconds: Int
    /// The requested action that the worker has not acknowledged yet.
    package var pending: TaskAction?
    /// The result of the work; only once `completed`.
    package var result: JSONText?
    /// Why there is no result; only once `failed`.
    ///
    /// May contain a line of a program's output: see ``ProgramErrorText``.
    package var error: String?
    /// The exit code of its program, or that of its worker where the work is built in; `nil` before the end and when a
    /// signal was the end.
    package var exitCode: Int32?
    /// The name of the signal that ended its program.
    package var signal: String?
    /// What its program has written; `nil` where the work is built in, and before it has started.
    package var output: ProgramOutput?
    /// The number of processes that its program left running, and that were ended; `nil` before its end.
    package var leftBehind: Int?
    /// The task that it runs again.
    package var retryOf: TaskID?
    /// The course of an end that was requested or forced.
    package var termination: Termination?
    /// Its position in the queue, counted from 1; `nil` once it has a worker, and while it waits for a time.
    package var queuePosition: Int?
    /// Its order among tasks of the same priority: the smaller first, then the older; 0 unless it was moved.
    package var queueOrder = 0
    /// Why it does not run; `nil` for a task that runs, or has ended.
    package var reason: TaskReason?
    /// The time since which its worker has not answered; `nil` while it does.
    package var notAnsweringSince: Timestamp?
    /// The time of the next attempt; `nil` if the task does not wait for one.
    package var retryAt: Timestamp?
    /// The failed attempts that were, or will be, followed by another.
    package var attempts: [TaskAttempt]
    /// The number of earlier attempts that ``attempts`` lacks.
    var omittedAttempts = 0
    /// Whether members are left out, as in ``RecordFields/summary``.
    package var isSummary = false

    package init(
        id: TaskID, type: String, data: JSONText?, dataSize: Int = 0, options: TaskOptions = TaskOptions(),
        state: TaskState,
        progress: TaskProgress, createdAt: Timestamp
    ) {
        self.id = id
        self.type = type
        self.data = data
        sizeOfStoredData = data == nil ? dataSize : 0
        self.options = options
        self.state = state
        self.progress = progress
        self.createdAt = createdAt
        activeMilliseconds = 0
        pausedMilliseconds = 0
        attempts = []
    }

    /// Bytes of its data, in memory or in the store.
    package var dataSize: Int { data?.bytes.count ?? sizeOfStoredData }

    /// Drops the data, which the store has.
    package mutating func leaveDataInStore() {
        sizeOfStoredData = dataSize
        data = nil
    }

    /// Whether there is a result, or a summary has left one out.
    package var mayHaveResult: Bool { result != nil || isSummary && state == .completed }

    /// Adds what a summary leaves out from another record of the same task, as far as it still holds.
    package mutating func addOmittedMembers(of other: TaskRecord) {
        guard isSummary, other.id == id else { return }
        if data == nil, other.dataSize > 0 {
            sizeOfStoredData = other.dataSize
            data = other.data
        }
        if other.attempt == attempt, other.omittedAttempts == 0 {
            attempts = other.attempts
            omittedAttempts = 0
        }
        if state == .completed { result = result ?? other.result }
        if !other.isSummary, other.revision == revision { isSummary = false }
    }

    /// Moves the revision beyond every one that a service before this one may have shown.
    ///
    /// Not all changes of a task that has not ended are stored: its progress, for instance. Microseconds since 1970
    /// grow faster than any task changes, and stay exact in JSON until the year 2255.
    package mutating func advanceRevision(atRestart now: Timestamp) {
        revision = max(revision + 1, Int(now.milliseconds) * 1000)
    }

    /// The current or last attempt, counted from 1.
    package var attempt: Int { attempts.count + omittedAttempts + 1 }

    /// The most attempts: those that the end of a service interrupted do not count as retries.
    package var attemptLimit: Int { options.attemptLimit(after: attempts) }
}
