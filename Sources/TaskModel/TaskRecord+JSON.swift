package import JSON

extension TaskRecord: JSONObjectReadable {
    package static var textMembers: [JSONName] { ["task_data", "result"] }

    package init(members: JSONMembers) throws(JSONShapeError) {
        try self.init(members: members, data: members.text("task_data"))
    }

    /// - Parameter data: what `task_data` is, which summaries leave out.
    package init(members: JSONMembers, data: JSONText) throws(JSONShapeError) {
        var options = TaskOptions()
        // Records of before there was a queue know nothing of it.
        options.priority = try members.optional("priority") ?? 0
        options.timeout = try members.optional("timeout")
        options.retries = try members.optional("retries") ?? 0
        options.notBefore = try members.optional("not_before")
        self.init(
            id: try members.value("task_id"), type: try members.value("task_type"),
            data: data, options: options, state: try members.value("status"),
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
        signal = try members.optional("signal")
        output = try members.optional("output")
        leftBehind = try members.optional("left_behind")
        retryOf = try members.optional("retry_of")
        termination = try members.optional("termination")
        queuePosition = try members.optional("queue_position")
        queueOrder = try members.optional("queue_order") ?? 0
        let sentence: String? = try members.optional("reason")
        reason = sentence.map(TaskReason.other)
        notAnsweringSince = try members.optional("not_answering_since")
        retryAt = try members.optional("retry_at")
        let earlier: [TaskAttempt]? = try members.optional("attempts")
        attempts = earlier ?? []
        if earlier == nil { omittedAttempts = max(0, (try members.optional("attempt") ?? 1) - 1) }
        revision = try members.optional("revision") ?? 0
    }
}

extension TaskRecord {
    /// The version of the members.
    ///
    /// To add a member: a property, a line in ``write(_:to:)``, one in the initializer that reads JSON, with the value
    /// of a missing member, and the next version here. Records that were stored with another version are then decoded
    /// and encoded again whenever they are sent, so that lists and single records have every member.
    package static let version = 5

    /// The members, sorted by name, in the segments that ``RecordBody`` treats differently.
    enum Segment: CaseIterable {
        case activeTime
        case attempt, attempts
        case untilPausedTime, pausedTime
        case untilQueue, queue
        case result
        case untilData, data
        case last

        func isIn(_ fields: RecordFields) -> Bool {
            switch self {
            case .attempts, .result, .data: fields == .all
            case .activeTime, .attempt, .untilPausedTime, .pausedTime, .untilQueue, .queue, .untilData, .last: true
            }
        }
    }

    /// Writes the members of a segment: the names are part of the contract.
    func write(_ segment: Segment, to json: inout JSONWriter) {
        switch segment {
        case .activeTime: json.member("active_ms", activeMilliseconds)
        case .attempt: json.member("attempt", attempt)
        case .attempts: json.member("attempts", attempts)
        case .untilPausedTime:
            json.member("created_at", createdAt)
            json.member("error", error)
            json.member("exit_code", exitCode)
            json.member("finished_at", finishedAt)
            json.member("left_behind", leftBehind)
            json.member("name", name)
            json.member("not_answering_since", notAnsweringSince)
            json.member("not_before", options.notBefore)
            json.member("output", output)
        case .pausedTime: json.member("paused_ms", pausedMilliseconds)
        case .untilQueue:
            json.member("pending", pending)
            json.member("pid", pid)
            json.member("priority", options.priority)
            json.member("progress", progress)
            json.member("queue_order", queueOrder)
        case .queue:
            json.member("queue_position", queuePosition)
            json.member("reason", reason?.description)
        case .result: json.member("result", result)
        case .untilData:
            json.member("retries", options.retries)
            json.member("retry_at", retryAt)
            json.member("retry_of", retryOf)
            json.member("revision", revision)
            json.member("signal", signal)
            json.member("started_at", startedAt)
            json.member("status", state)
        case .data: json.member("task_data", data)
        case .last:
            json.member("task_id", id)
            json.member("task_type", type)
            json.member("termination", termination)
            json.member("timeout", options.timeout)
            json.member("title", title)
            json.member("worker_port", workerPort)
        }
    }

    /// Writes the members without an object around them.
    package func writeMembers(
        _ fields: RecordFields = .all, for access: Access = .full, to json: inout JSONWriter
    ) {
        let record = visible(to: access)
        for segment in Segment.allCases where segment.isIn(fields) { record.write(segment, to: &json) }
    }
}

extension TaskRecord: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { writeMembers(to: &$0) }
    }
}
