/// The one way to the tasks, for the REST API, the dashboard and tests alike.
///
/// The supervisor conforms to it, and so can a fake or a remote client.
package protocol TaskControl: Sendable {
    /// Accepts a task, which will have a worker when its turn comes; returns when it is on disk.
    ///
    /// - Parameter key: what the client calls this submission. The second one with the same key, within
    ///   ``IdempotencyKey/lifetime``, brings the task of the first.
    /// - Throws: ``TaskError/invalidFields(_:)``, ``TaskError/shuttingDown``,
    ///   ``TaskError/queueFull(limit:)``, ``TaskError/keyReused(_:)``,
    ///   ``TaskError/storageFull(reason:)``, ``TaskError/storageUnavailable(reason:)``.
    func submit(_ draft: TaskDraft, key: IdempotencyKey?) async throws(TaskError) -> Submission

    /// Performs an action and answers once it has had its effect: `pause` and `resume` when the
    /// worker has acknowledged, `terminate` and `kill` when the process group is empty.
    ///
    /// Asking for the state that a task already has is not an error.
    ///
    /// - Throws: ``TaskError/notFound(_:)``, ``TaskError/invalidState(_:action:current:)``,
    ///   ``TaskError/workerUnresponsive(_:action:reason:)``.
    func perform(_ action: TaskAction, on id: TaskID) async throws(TaskError) -> TaskRecord

    /// Gives a task that waits another place in the queue; returns when that is on disk.
    ///
    /// - Throws: ``TaskError/notFound(_:)``, ``TaskError/notQueued(_:current:)``, and those of storage.
    func reorder(_ id: TaskID, _ change: QueueChange) async throws(TaskError) -> TaskRecord

    /// How the queue is.
    func queue() async -> QueueStatus

    /// Holds the start of new tasks, or releases it; what has a worker goes on.
    ///
    /// - Throws: Those of storage.
    func holdQueue(_ isHeld: Bool) async throws(TaskError) -> QueueStatus

    /// One task's record; `nil` when there is no such task.
    ///
    /// - Throws: ``TaskError/storageUnavailable(reason:)``.
    func task(_ id: TaskID) async throws(TaskError) -> TaskRecord?

    /// One task's record and what its worker itself says, asked now; `nil` when there is no such task.
    ///
    /// - Throws: ``TaskError/storageUnavailable(reason:)``.
    func detail(_ id: TaskID) async throws(TaskError) -> TaskDetail?

    /// The first of the tasks that match, oldest first: as many as can be told in a moment and are good to have in
    /// memory at once; ``TaskPage/next`` says where the others begin.
    ///
    /// - Throws: ``TaskError/storageUnavailable(reason:)``.
    func tasks(_ query: TaskQuery) async throws(TaskError) -> TaskPage

    /// One task's record as ``task(_:)`` would answer, if it can be told without waiting for anybody; `nil` says
    /// nothing.
    func itemAtHand(_ id: TaskID) -> TaskPage.Item?

    /// The tasks as ``tasks(_:)`` would answer, if they can be told without waiting for anybody, or making the
    /// list; `nil` says nothing.
    func pageAtHand(_ query: TaskQuery) -> TaskPage?

    /// The tasks that live, and those that have ended at a time or later, of very many the last; by age.
    ///
    /// - Parameter limit: the most tasks that wait, in the order in which they will be started; others are counted.
    func current(since time: Timestamp, waiting limit: Int) async -> CurrentTasks

    /// How the service is.
    func health() async -> ServiceHealth

    /// All tasks, the newest first, and meanwhile and from then on those that have changed, in batches.
    ///
    /// A batch holds what has changed since its reader took the one before, every task once, as it
    /// is now: a slow reader skips what lies between, and delays nothing. Ends with the service.
    func updates() async -> any AsyncSequence<TaskChanges, Never> & Sendable

    /// What the workers that are alive use of the machine, read now.
    func usage() async -> [TaskID: WorkerUsage]

    /// The kinds of task there are, in the order in which to offer them.
    func taskTypes() async -> [TaskTypeDescription]
}

extension TaskControl {
    /// Gives a task that waits another priority; see ``reorder(_:_:)``.
    package func setPriority(_ priority: Int, of id: TaskID) async throws(TaskError) -> TaskRecord {
        try await reorder(id, .priority(priority))
    }

    /// Moves a task that waits to the front or to the end of those with its priority; see ``reorder(_:_:)``.
    package func move(_ id: TaskID, to end: QueueEnd) async throws(TaskError) -> TaskRecord {
        try await reorder(id, .position(end))
    }
}

extension TaskControl {
    // Whoever has nothing at hand is asked.
    package func itemAtHand(_ id: TaskID) -> TaskPage.Item? { nil }
    package func pageAtHand(_ query: TaskQuery) -> TaskPage? { nil }
}

/// The tasks that a status dump is about.
package struct CurrentTasks: Sendable {
    /// By age.
    package let records: [TaskRecord]
    /// How many more wait.
    package let othersWaiting: Int

    package init(records: [TaskRecord], othersWaiting: Int) {
        self.records = records
        self.othersWaiting = othersWaiting
    }
}

/// What has changed among the tasks since somebody last looked.
package struct TaskChanges: Sendable {
    /// Tasks that are new or different, as they are now.
    package var changed: [TaskRecord]
    /// Tasks that are not kept any more.
    package var removed: [TaskID]
    /// How the queue is now.
    package var queue: QueueStatus
    /// Why no worker can be started at the moment; `nil` when one can.
    package var launchFailure: String?
    /// Why tasks cannot be stored at the moment; `nil` when they can.
    package var storageFailure: StorageFailure?

    package init(
        changed: [TaskRecord] = [], removed: [TaskID] = [], queue: QueueStatus = QueueStatus(),
        launchFailure: String? = nil, storageFailure: StorageFailure? = nil
    ) {
        self.changed = changed
        self.removed = removed
        self.queue = queue
        self.launchFailure = launchFailure
        self.storageFailure = storageFailure
    }
}

/// Why tasks cannot be stored.
package enum StorageFailure: Sendable, Hashable {
    case diskFull(String)
    case unavailable(String)
}

/// A task as a client asks for it: the members of the object it has sent, not yet checked.
package struct TaskDraft: Sendable, Hashable {
    /// By name: `task_type`, `task_data`, what ``TaskOptions`` reads, and whatever else there should not be.
    package let members: [JSONName: JSONValue]

    package init(members: [JSONName: JSONValue]) {
        self.members = members
    }

    /// Makes a draft as programs do, with all members that say something.
    package init(type: String, name: String? = nil, data: JSONValue?, options: TaskOptions = TaskOptions()) {
        var members = options.members
        members["name"] = name.map(JSONValue.string)
        members["task_type"] = .string(type)
        members["task_data"] = data
        self.members = members
    }
}

/// Which tasks to list.
package struct TaskQuery: Sendable, Hashable {
    /// Only tasks in one of these states; `nil` means all.
    package var states: Set<TaskState>?
    /// Only tasks of this type; `nil` means all, and an unknown one matches none.
    package var type: String?
    /// Only tasks whose ids sort behind this one.
    package var after: TaskID?
    /// At most so many; `nil` means all.
    package var limit: Int?

    /// Whether all tasks match.
    package var matchesAll: Bool { states == nil && type == nil }

    /// Whether a task of this type and state is meant, wherever the page begins and ends.
    package func matches(_ type: String, _ state: TaskState) -> Bool {
        (states?.contains(state) ?? true) && (self.type.map(type.hasSameBytes) ?? true)
    }

    package init(states: Set<TaskState>? = nil, type: String? = nil, after: TaskID? = nil, limit: Int? = nil) {
        self.states = states
        self.type = type
        self.after = after
        self.limit = limit
    }
}

/// A part of the list of tasks.
package struct TaskPage: Sendable {
    /// A task on the list.
    package enum Item: Sendable, Hashable {
        case record(TaskRecord)
        /// As JSON, for one that has been written before and does not change any more.
        case json(TaskID, String)

        /// The record, for one that has not been written.
        package var record: TaskRecord? { if case .record(let record) = self { record } else { nil } }

        /// Which task it is.
        package var id: TaskID {
            switch self {
            case .record(let record): record.id
            case .json(let id, _): id
            }
        }
    }

    /// Oldest first.
    package let tasks: [Item]
    /// How many tasks match in all, whatever the page shows of them.
    package let total: Int
    /// The id behind which there may be more that the query asks for; `nil` at the end.
    package let next: TaskID?
    /// Two pages of one query with the same version are the same; `nil` where that is not known.
    package let version: UInt64?

    package init(tasks: [Item], total: Int, next: TaskID? = nil, version: UInt64? = nil) {
        self.tasks = tasks
        self.total = total
        self.next = next
        self.version = version
    }
}

/// A record with what only the worker knows.
package struct TaskDetail: Sendable {
    /// What the worker said, or why it said nothing.
    package enum Worker: Sendable {
        case status(JSONValue)
        case unavailable(String)
    }

    /// As of after the worker was asked.
    package let record: TaskRecord
    /// What the worker said.
    package let worker: Worker
    /// The last lines that the worker wrote to its standard error.
    package let log: [String]

    package init(record: TaskRecord, worker: Worker, log: [String]) {
        self.record = record
        self.worker = worker
        self.log = log
    }
}

/// What `GET /health` tells.
package struct ServiceHealth: Sendable, Hashable {
    /// Milliseconds since the service was made.
    package let uptimeMilliseconds: Int
    /// How many tasks are in each state; states without tasks may be missing.
    package let counts: [TaskState: Int]
    /// Whether the service has been told to end.
    package let isShuttingDown: Bool
    /// Why tasks cannot be stored at the moment; `nil` when they can.
    package let storeTrouble: String?
    /// Why no worker can be started at the moment, which keeps tasks queued; `nil` when one can.
    package let launchFailure: String?

    package init(
        uptimeMilliseconds: Int, counts: [TaskState: Int], isShuttingDown: Bool, storeTrouble: String? = nil,
        launchFailure: String? = nil
    ) {
        self.uptimeMilliseconds = uptimeMilliseconds
        self.counts = counts
        self.isShuttingDown = isShuttingDown
        self.storeTrouble = storeTrouble
        self.launchFailure = launchFailure
    }
}

/// What one worker's process uses of the machine.
package struct WorkerUsage: Sendable, Hashable {
    /// Seconds of processor time since the worker was started, on all processors together.
    package let cpuSeconds: Double
    /// Bytes of memory in use, of shared pages its part (PSS); `nil` if not read yet.
    package let memoryBytes: Int?

    package init(cpuSeconds: Double, memoryBytes: Int?) {
        self.cpuSeconds = cpuSeconds
        self.memoryBytes = memoryBytes
    }
}

/// A kind of task, described for people who fill in a form.
package struct TaskTypeDescription: Sendable, Hashable {
    /// The `task_type` that clients send.
    package let name: String
    /// The members of its `task_data`, in the order in which to ask for them.
    package let fields: [FieldDescription]

    package init(name: String, fields: [FieldDescription]) {
        self.name = name
        self.fields = fields
    }
}

/// One field of a task's data.
package struct FieldDescription: Sendable, Hashable {
    /// What kind of value belongs there.
    package enum Kind: Sendable, Hashable {
        case number, integer, text, array
    }

    /// The member's name in `task_data`.
    package let name: String
    /// What kind of value belongs there.
    package let kind: Kind
    /// What is taken when the field is not there.
    package let fallback: JSONValue
    /// What would be right, in a few words: `0 to 86400`.
    package let hint: String
    /// What it means, in a few words: `seconds an item`; may be empty.
    package let meaning: String
    /// What a form suggests: a value with which there is something to watch.
    package let suggestion: JSONValue

    /// - Parameter suggestion: `nil` stands for the fallback.
    package init(
        name: String, kind: Kind, fallback: JSONValue, hint: String, meaning: String = "", suggestion: JSONValue? = nil
    ) {
        self.name = name
        self.kind = kind
        self.fallback = fallback
        self.hint = hint
        self.meaning = meaning
        self.suggestion = suggestion ?? fallback
    }
}
