import JSON
package import TaskModel

// What is asked of the board.
extension TaskBoard {
    /// How much of a list is made in one go; others wait for it.
    private enum PageLimit {
        /// Bytes of JSON, about.
        static let size = 1 << 20
        /// About a tenth of a microsecond each.
        static let work = 24_000
        static let look = 3
        static let record = 20
        static let text = 60
    }

    /// One task's record, `nil` when it is not in memory.
    package func record(_ id: TaskID, at now: Moment) -> TaskRecord? {
        entries[id].map { record(of: $0, at: now) }
    }

    func record(of entry: TaskEntry, at now: Moment) -> TaskRecord {
        var record = entry.record(at: now)
        record.queuePosition = entry.queueRank.flatMap { readyQueue.rank(of: $0).map { $0 + 1 } }
        if let position = record.queuePosition { record.reason = reason(at: position) }
        return record
    }

    /// Why the task with a position in the queue is not started.
    private func reason(at position: Int) -> TaskReason {
        if isShuttingDown { return .serviceEnding }
        return .inQueue(queue, paused: pausedCount, position: position, launchFailure: launching.failure)
    }

    /// The first of the matching tasks that are in memory, oldest first, as many as the query wants and a moment
    /// allows.
    ///
    /// What has ended is written as JSON once, if it is small.
    ///
    /// - Returns: The tasks, and the id behind which there may be more.
    package mutating func page(_ query: TaskQuery, at now: Moment) -> (items: [TaskPage.Item], next: TaskID?) {
        var items: [TaskPage.Item] = []
        var (work, size) = (0, 0)
        var last: TaskID?
        // Types have no order of their own: of one that there are no such tasks of, all need not be gone through.
        guard tally.count(query) > 0 else { return ([], nil) }
        for id in order.candidates(query) {
            if items.count >= query.limit ?? .max || work >= PageLimit.work || size >= PageLimit.size {
                return (items, last)
            }
            last = id
            work += PageLimit.look
            guard let item = item(id, matching: query, at: now, &work) else { continue }
            items.append(item)
            size += item.approximateSize
        }
        return (items, nil)
    }

    private mutating func item(
        _ id: TaskID, matching query: TaskQuery, at now: Moment, _ work: inout Int
    ) -> TaskPage.Item? {
        // Most lists are of all tasks, most of which have ended: nothing else of them need be looked at.
        if !query.matchesAll {
            guard let entry = entries[id], query.matches(entry.type, entry.phase.state) else { return nil }
        }
        if let text = texts[id] { return .json(id, text) }
        let item = item(id, at: now)
        if case .record = item { work += PageLimit.record } else { work += PageLimit.text }
        return item
    }

    /// One task as it is on lists, `nil` when it is not in memory.
    mutating func item(_ id: TaskID, at now: Moment) -> TaskPage.Item? {
        if let text = texts[id] { return .json(id, text) }
        guard let entry = entries[id] else { return nil }
        let record = record(of: entry, at: now)
        guard record.state.isFinal, record.data != nil else { return .record(record) }
        let text = record.jsonText
        guard text.utf8.count <= Self.textLimit else { return .record(record) }
        texts[id] = text
        return .json(id, text)
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

    /// The tasks in memory of whose end this has heard at a time or later, in that order.
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

extension TaskPage.Item {
    /// Bytes of JSON, about.
    fileprivate var approximateSize: Int {
        switch self {
        case .record(let record): 700 + record.dataSize + (record.result?.bytes.count ?? 0)
        case .json(_, let text): text.utf8.count
        }
    }
}
