import JSON
import NIOCore
import TaskControl
import TaskModel

/// What one client has received of the tasks, and what it receives next.
struct EventReader {
    /// The most changes that are read from the journal at a time.
    private static let batchSize = 200

    let journal: ChangeJournal
    let control: any TaskControl
    let filter: EventFilter
    let fields: RecordFields
    let access: Access

    /// The number in the journal up to which the client has received everything.
    private(set) var number = 0
    /// The tasks that the client has and that may cease to match.
    private var shown: Set<TaskID> = []
    /// Of tasks that were sent in a later revision than the journal had up to ``number``, that revision.
    private var ahead: [TaskID: Int] = [:]
    /// As sent last; `nil` before.
    private var queue: QueueStatus?
    /// As sent last, without the uptime; `nil` before.
    private var health: ServiceHealth?

    init(
        journal: ChangeJournal, control: any TaskControl, filter: EventFilter, fields: RecordFields, access: Access
    ) {
        self.journal = journal
        self.control = control
        self.filter = filter
        self.fields = fields
        self.access = access
    }

    // MARK: - The beginning

    /// Continues after an event, or else begins with a snapshot; after a gap if there was an event.
    ///
    /// - Throws: ``TaskError``, or what a write throws.
    mutating func begin(after lastEventID: String?, _ output: inout StreamOutput) async throws {
        guard let lastEventID else { return try await sendSnapshot(to: &output) }
        if let gap = EventID.gap(after: lastEventID, in: journal) {
            return try await sendGap(gap, after: lastEventID, to: &output)
        }
        number = EventID(lastEventID)?.number ?? 0
        try await findShown()
    }

    private mutating func sendGap(
        _ reason: EventID.Gap, after lastEventID: String, to output: inout StreamOutput
    ) async throws {
        output.buffer.writeEvent("gap", nil, GapData(reason: reason, lastEventID: lastEventID))
        try await sendSnapshot(to: &output)
    }

    private mutating func sendSnapshot(to output: inout StreamOutput) async throws {
        (number, shown, ahead) = (journal.number, [], [:])
        var tasks = try await SnapshotTasks(filter, fields, of: control)
        repeat {
            let records = try await tasks.next()
            // A slow client receives the pieces over some time.
            let (queue, health) = (try await control.queue(), try await control.health())
            let piece = SnapshotPiece(isLast: !tasks.hasNext, queue: queue, health: health)
            let id = piece.isLast ? EventID(number, in: journal) : nil
            try await output.write(
                ByteBuffer(
                    records, fields, for: access, prefix: EventText.head("snapshot", id) + piece.beginning,
                    suffix: SnapshotPiece.end + EventText.end))
            register(records)
            (self.queue, self.health) = (queue, health.withoutUptime)
        } while tasks.hasNext
    }

    /// Registers records of the snapshot that may cease to match, or that the journal has yet to report.
    private mutating func register(_ records: [EncodedRecord]) {
        var revisions: [(id: TaskID, revision: Int)] = []
        for case .body(let body, _) in records {
            revisions.append((body.id, body.revision))
            if filter.leavableStates.contains(body.state) { shown.insert(body.id) }
        }
        ahead.merge(journal.revisions(revisions, after: number)) { _, new in new }
    }

    /// Finds the tasks that the client may have received before and that may cease to match, or have.
    private mutating func findShown() async throws(TaskError) {
        guard !filter.leavableStates.isEmpty else { return }
        shown = Set(journal.changes(after: number, limit: .max)?.changes.map(\.id) ?? [])
        var query = filter.query
        query.states = filter.leavableStates
        var tasks = MatchingTasks(query, named: filter.tasks, .summary, of: control)
        while tasks.hasNext { shown.formUnion(try await tasks.next().map(\.id)) }
    }

    // MARK: - Changes

    /// Sends what has changed up to now.
    ///
    /// - Returns: Whether anything has changed, also of what the client does not receive.
    mutating func sendChanges(to output: inout StreamOutput) async throws -> Bool {
        let (start, end) = (number, journal.number)
        while number < end {
            guard let batch = journal.changes(after: number, limit: Self.batchSize) else {
                try await sendGap(.overrun, after: EventID(number, in: journal).description, to: &output)
                return true
            }
            for change in batch.changes {
                try await send(change, to: &output)
                try await output.flushIfFull()
            }
            number = batch.end
        }
        guard number > start || queue == nil else { return false }
        try await sendStatus(to: &output)
        try await output.flush()
        return true
    }

    private mutating func send(_ change: ChangeJournal.Change, to output: inout StreamOutput) async throws {
        guard filter.includes(change.id) else { return }
        let id = EventID(change.number, in: journal)
        switch change.kind {
        case .removal(let type, let state):
            ahead[change.id] = nil
            let wasShown = shown.remove(change.id) != nil
            if filter.query.matches(type, state) || wasShown && filter.includes(type: type) {
                output.buffer.writeEvent("removed", id, RemovalData(id: change.id, state: nil))
            }
        case .revision(let revision):
            if let sent = ahead[change.id], sent >= revision {
                if sent == revision { ahead[change.id] = nil }
                return
            }
            // Of a task that has gone, the journal reports that later.
            guard let record = try await control.existing(change.id, fields), case .body(let body, _) = record else {
                return
            }
            ahead[change.id] = body.revision > revision ? body.revision : nil
            if filter.query.matches(body.type, body.state) {
                output.buffer.writeEvent("task", id, record, fields, for: access)
                if filter.leavableStates.contains(body.state) {
                    shown.insert(change.id)
                } else {
                    shown.remove(change.id)
                }
            } else if shown.remove(change.id) != nil, filter.includes(type: body.type) {
                output.buffer.writeEvent("removed", id, RemovalData(id: change.id, state: body.state))
            }
        }
    }

    private mutating func sendStatus(to output: inout StreamOutput) async throws(TaskError) {
        let (queue, health) = (try await control.queue(), try await control.health())
        if queue != self.queue { output.buffer.writeEvent("queue", nil, queue) }
        if health.withoutUptime != self.health { output.buffer.writeEvent("health", nil, health) }
        (self.queue, self.health) = (queue, health.withoutUptime)
    }
}
