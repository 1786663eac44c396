package import JSON

/// All that is known of a task at one moment: what every endpoint answers and every screen shows.
package struct TaskRecord: Sendable, Hashable {
    /// How many code points a name may have.
    package static let nameLimit = 200
    /// How many code points a title that is not a name has at most.
    package static let titleLimit = 80

    /// Never given twice.
    package var id: TaskID
    /// The name of its kind in the registry of task types.
    package var type: String
    /// What the client calls it; `nil` if it has not said.
    package var name: String?
    /// What tells it apart from others of its type, safe to show: its name, or else a few words on its data.
    package var title = ""
    /// As the client sent it, defaults not filled in; `nil` where it is only stored, since it is large.
    ///
    /// What clients of ``TaskControl`` ask for by id, or as a list, has it.
    package var data: JSONText?
    private var sizeOfStoredData = 0
    /// What was asked of the queue for it.
    package var options: TaskOptions
    /// Where it is in its life.
    package var state: TaskState
    /// As last reported by the worker.
    package var progress: TaskProgress
    /// The worker's process, also after its end; `nil` until there is one.
    package var pid: Int32?
    /// The worker's own HTTP server on 127.0.0.1; `nil` until it is open.
    package var workerPort: Int?
    /// When it was accepted.
    package var createdAt: Timestamp
    /// When the worker opened its server and began to work.
    package var startedAt: Timestamp?
    /// When its process group was proven empty.
    package var finishedAt: Timestamp?
    /// Milliseconds that this attempt has spent running, pauses not counted.
    package var activeMilliseconds: Int
    /// Milliseconds spent standing still.
    package var pausedMilliseconds: Int
    /// What was asked and is not yet acknowledged by the worker.
    package var pending: TaskAction?
    /// What the work has brought; only once `completed`.
    package var result: JSONText?
    /// Why there is no result; only once `failed`.
    package var error: String?
    /// The worker's exit code; `nil` while it lives and when a signal ended it.
    package var exitCode: Int32?
    /// How an end that was asked for, or forced, went.
    package var termination: Termination?
    /// Its place among the tasks that wait for a worker, counted from 1; `nil` once it has one, and as long
    /// as it waits for a time.
    package var queuePosition: Int?
    /// Its place among tasks of the same priority: the smaller first, then the older; 0 unless it was moved.
    package var queueOrder = 0
    /// Why it does not run; `nil` for a task that runs, or has ended.
    package var reason: TaskReason?
    /// Since when its worker does not answer, though it should; `nil` while it does.
    package var notAnsweringSince: Timestamp?
    /// When a task that waits to be started again will be.
    package var retryAt: Timestamp?
    /// The attempts that have failed, and after which it was or will be started again.
    package var attempts: [TaskAttempt]

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

    /// Bytes of its data, wherever that is.
    package var dataSize: Int { data?.bytes.count ?? sizeOfStoredData }

    /// Takes the data out, which is stored.
    package mutating func leaveDataInStore() {
        sizeOfStoredData = dataSize
        data = nil
    }

    /// Which attempt it is at, or ended with; counted from 1.
    package var attempt: Int { attempts.count + 1 }

    /// How many attempts there may be in all: those that the service's end has interrupted use up no retry.
    package var attemptLimit: Int { options.attemptLimit(after: attempts) }
}

extension TaskRecord: JSONObjectReadable {
    package static var textMembers: [JSONName] { ["task_data", "result"] }

    package init(members: JSONMembers) throws(JSONShapeError) {
        var options = TaskOptions()
        // Records of before there was a queue know nothing of it.
        options.priority = try members.optional("priority") ?? 0
        options.timeout = try members.optional("timeout")
        options.retries = try members.optional("retries") ?? 0
        options.notBefore = try members.optional("not_before")
        self.init(
            id: try members.value("task_id"), type: try members.value("task_type"),
            data: try members.text("task_data"), options: options, state: try members.value("status"),
            progress: try members.value("progress"), createdAt: try members.value("created_at"))
        name = try members.optional("name")
        title = try members.optional("title") ?? name ?? ""
        pid = try members.optional("pid")
        workerPort = try members.optional("worker_port")
        startedAt = try members.optional("started_at")
        finishedAt = try members.optional("finished_at")
        activeMilliseconds = try members.value("active_ms")
        pausedMilliseconds = try members.value("paused_ms")
        pending = try members.optional("pending")
        result = try members.optionalText("result")
        error = try members.optional("error")
        exitCode = try members.optional("exit_code")
        termination = try members.optional("termination")
        queuePosition = try members.optional("queue_position")
        queueOrder = try members.optional("queue_order") ?? 0
        let sentence: String? = try members.optional("reason")
        reason = sentence.map(TaskReason.other)
        notAnsweringSince = try members.optional("not_answering_since")
        retryAt = try members.optional("retry_at")
        attempts = try members.optional("attempts") ?? []
    }
}

extension TaskRecord {
    /// The version of what ``writeMembers(to:)`` writes.
    ///
    /// To add a member: a property, a line in `writeMembers(to:)`, one in the initializer that reads JSON, with what
    /// the member is where it is missing, and the next version here. Records that were stored with another version are
    /// then read and written anew whenever they are sent, so that lists and single records have every member.
    package static let version = 2
}

extension TaskRecord: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { writeMembers(to: &$0) }
    }

    /// Writes every member, sorted by name: the names are part of the contract.
    package func writeMembers(to json: inout JSONWriter) {
        json.member("active_ms", activeMilliseconds)
        json.member("attempt", attempt)
        json.member("attempts", attempts)
        json.member("created_at", createdAt)
        json.member("error", error)
        json.member("exit_code", exitCode)
        json.member("finished_at", finishedAt)
        json.member("name", name)
        json.member("not_answering_since", notAnsweringSince)
        json.member("not_before", options.notBefore)
        json.member("paused_ms", pausedMilliseconds)
        json.member("pending", pending)
        json.member("pid", pid)
        json.member("priority", options.priority)
        json.member("progress", progress)
        json.member("queue_order", queueOrder)
        json.member("queue_position", queuePosition)
        json.member("reason", reason?.description)
        json.member("result", result)
        json.member("retries", options.retries)
        json.member("retry_at", retryAt)
        json.member("started_at", startedAt)
        json.member("status", state)
        json.member("task_data", data)
        json.member("task_id", id)
        json.member("task_type", type)
        json.member("termination", termination)
        json.member("timeout", options.timeout)
        json.member("title", title)
        json.member("worker_port", workerPort)
    }
}

/// How an end that was asked for went.
package struct Termination: Sendable, Hashable {
    /// How far the ladder had to be climbed.
    package enum Stage: String, Sendable, CaseIterable, JSONReadable, JSONWritable {
        case http, sigterm, sigkill
    }

    /// The last step taken.
    package var stage: Stage
    /// Milliseconds from the request until the process group was empty.
    package var milliseconds: Int
    /// Processes reaped: the worker itself and whatever it had left behind in its group.
    package var reaped: Int

    package init(stage: Stage, milliseconds: Int, reaped: Int) {
        self.stage = stage
        self.milliseconds = milliseconds
        self.reaped = reaped
    }
}

extension Termination: JSONReadable, JSONWritable {
    package init(json: JSONValue) throws(JSONShapeError) {
        let members = try JSONMembers(json)
        self.init(
            stage: try members.value("stage"), milliseconds: try members.value("ms"),
            reaped: try members.value("reaped"))
    }

    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("ms", milliseconds)
            json.member("reaped", reaped)
            json.member("stage", stage)
        }
    }
}
