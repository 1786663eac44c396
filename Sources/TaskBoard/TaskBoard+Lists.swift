import JSON
package import TaskModel

// What clients read.
extension TaskBoard {
    /// How much of a page is made in one go, while others wait.
    private enum PageLimit {
        /// Bytes of JSON, about: a thousand tasks with little data are one page, and so one answer with a length.
        static let size = 2 << 20
        /// About a tenth of a microsecond each.
        static let work = 24_000
        static let look = 2
        static let encoding = 60
        static let queuePlace = 15
    }

    /// One task's record, `nil` when it is not in memory.
    package func record(_ id: TaskID, at now: Moment) -> TaskRecord? {
        entries[id].map { record(of: $0, at: now) }
    }

    func record(of entry: TaskEntry, at now: Moment) -> TaskRecord {
        var record = entry.record(at: now)
        record.queuePosition = queuePosition(of: entry.queueRank)
        if let position = record.queuePosition { record.reason = reason(at: position) }
        return record
    }

    /// The position in the queue, counted from 1; `nil` for a task that is not in it.
    private func queuePosition(of rank: QueueRank?) -> Int? {
        rank.flatMap { readyQueue.rank(of: $0).map { $0 + 1 } }
    }

    /// Why the task with a position in the queue is not started.
    private func reason(at position: Int) -> TaskReason {
        if isShuttingDown { return .serviceEnding }
        return .inQueue(queue, paused: pausedCount, position: position, launchFailure: launching.failure)
    }

    /// The first of the matching tasks in memory, as many as the query allows and should be made in one go.
    ///
    /// - Parameters:
    ///   - fields: the members that are needed.
    ///   - listed: the tasks that have been encoded and have not changed since.
    /// - Returns: The tasks, and the id behind which there may be more.
    package func page(
        _ query: TaskQuery, _ fields: RecordFields = .all, reusing listed: inout ListedTasks, at now: Moment
    ) -> (items: [EncodedRecord], next: TaskID?) {
        let uptime = now.uptime.nanoseconds
        var items: [EncodedRecord] = []
        var (work, size) = (0, 0)
        var last: TaskID?
        let matchesAll = query.matchesAll
        // Tasks are not sorted by type: without this, a type without tasks would be searched for among all.
        guard tally.count(query) > 0 else { return ([], nil) }
        for id in order.candidates(query) {
            if items.count >= query.limit ?? .max || work >= PageLimit.work || size >= PageLimit.size {
                return (items, last)
            }
            last = id
            work += PageLimit.look
            let task: ListedTask
            if let known = listed[id] {
                guard matchesAll || query.matches(known.body.type, known.body.state) else { continue }
                task = known
            } else {
                guard let entry = entries[id], query.matches(entry.type, entry.phase.state) else { continue }
                task = ListedTask(entry, at: now)
                listed.insert(task)
                work += PageLimit.encoding
            }
            let clock = clockMembers(of: task, at: uptime)
            if clock.isQueued { work += PageLimit.queuePlace }
            let item = EncodedRecord.body(task.body, clock)
            size += task.body.completeSize(fields)
            items.append(item)
        }
        return (items, nil)
    }

    /// One task in JSON; `nil` if it is not in memory.
    package func encoded(_ id: TaskID, reusing listed: inout ListedTasks, at now: Moment) -> EncodedRecord? {
        var task = listed[id]
        if task == nil, let entry = entries[id] {
            let encoded = ListedTask(entry, at: now)
            listed.insert(encoded)
            task = encoded
        }
        return task.map { .body($0.body, clockMembers(of: $0, at: now.uptime.nanoseconds)) }
    }

    /// The members of a task that depend on the time and on other tasks.
    ///
    /// - Parameter uptime: nanoseconds.
    private func clockMembers(of task: ListedTask, at uptime: Int64) -> ClockMembers {
        let position = queuePosition(of: task.rank)
        let times = task.times.milliseconds(at: uptime)
        return ClockMembers(
            activeMilliseconds: times.active, pausedMilliseconds: times.paused,
            place: position.map { .init(position: $0, reason: reason(at: $0)) })
    }

    /// The tasks that have a worker, and the first of those that wait, in the order in which they will be started.
    ///
    /// - Parameter limit: the most waiting tasks to return.
    package func alive(waiting limit: Int, at now: Moment) -> (records: [TaskRecord], others: Int) {
        let ready = readyQueue.elements(after: nil).prefix(limit).map(\.id)
        let waiting = ready + Array(timedTasks.elements(after: nil).prefix(limit - ready.count))
        let records = (Array(order.busy.elements(after: nil)) + waiting).compactMap { id in
            entries[id].map { record(of: $0, at: now) }
        }
        return (records, readyQueue.count + timedTasks.count - waiting.count)
    }

    /// The tasks in memory whose end was shown at a time or later, in the order of their ends.
    package func finished(since time: Timestamp, at now: Moment) -> [TaskRecord] {
        var records: [TaskRecord] = []
        for member in finished.members.reversed() {
            guard member.time >= time else { break }
            if let entry = entries[member.id] { records.append(record(of: entry, at: now)) }
        }
        return records.reversed()
    }

    /// The tasks that have, or may have, a worker, or whose end is not stored yet; by age.
    package var busy: [TaskEntry] { order.busy.elements(after: nil).compactMap { entries[$0] } }

    /// The newest tasks in memory before an id, or of all; the newest first.
    package func newest(_ limit: Int, before id: TaskID?) -> [TaskID] { order.last(limit, before: id) }

    /// Why no worker can be launched; `nil` while launches succeed.
    package var launchFailure: String? { launching.failure }

    /// Whether some of the tasks that have ended are only stored.
    package var isWindowed: Bool { tally.count(where: \.isFinal) > finished.members.count }
}
