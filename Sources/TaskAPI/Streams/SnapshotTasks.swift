import TaskControl
import TaskModel

/// The tasks of a snapshot, in pieces: those with a worker, those that wait, and those that have ended, the newest of these
/// first.
///
/// A task that matches all the time is in a piece, also if its state changes meanwhile; one that ends may be in two.
struct SnapshotTasks {
    /// The most records of a piece: over a slow line, the first one should come soon.
    private static let pieceSize = 50

    /// What has to be read.
    private var parts: ArraySlice<MatchingTasks>
    /// The tasks with a worker, or that are named.
    private let first: Set<TaskID>
    private var isFirstPart = true
    /// What has been read and is in no piece yet; empty at the end.
    private var records: ArraySlice<EncodedRecord> = []

    /// - Parameter fields: the members that are needed.
    /// - Throws: ``TaskError``.
    init(_ filter: EventFilter, _ fields: RecordFields, of control: any TaskQueries) async throws(TaskError) {
        func query(_ isIncluded: (TaskState) -> Bool) -> TaskQuery {
            var query = filter.query
            query.states = query.states ?? Set(TaskState.allCases)
            query.states = query.states?.filter(isIncluded)
            return query
        }
        // Which of them have a worker may change while the pieces are sent.
        let isNamed = filter.tasks != nil
        var found = MatchingTasks(query { isNamed || $0.stage == .active }, named: filter.tasks, .summary, of: control)
        var tasks: [(id: TaskID, stage: TaskState.Stage)] = []
        while found.hasNext { tasks += try await found.next().map { ($0.id, $0.stage) } }
        tasks.sort { $0.stage == $1.stage ? ($0.id < $1.id) != ($0.stage == .ended) : $0.stage < $1.stage }
        first = Set(tasks.map(\.id))
        parts = [MatchingTasks(filter.query, named: tasks.map(\.id), fields, of: control)]
        if !isNamed {
            var ended = query(\.isFinal)
            ended.isNewestFirst = true
            parts += [
                MatchingTasks(query { !$0.isFinal }, named: nil, fields, of: control),
                MatchingTasks(ended, named: nil, fields, of: control),
            ]
        }
        try await read()
    }

    /// Whether there is another piece.
    var hasNext: Bool { !records.isEmpty }

    /// Returns the next piece; an empty one if there is none.
    mutating func next() async throws(TaskError) -> [EncodedRecord] {
        let piece = Array(records.prefix(Self.pieceSize))
        records = records.dropFirst(Self.pieceSize)
        try await read()
        return piece
    }

    /// Reads the next page if all of the one before is in pieces.
    private mutating func read() async throws(TaskError) {
        while records.isEmpty, !parts.isEmpty {
            if parts[parts.startIndex].hasNext {
                let page = try await parts[parts.startIndex].next()
                records = isFirstPart ? page[...] : page.filter { !first.contains($0.id) }[...]
            } else {
                parts.removeFirst()
                isFirstPart = false
            }
        }
    }
}

extension TaskState {
    /// The part of a snapshot that a task is in.
    fileprivate enum Stage: Comparable {
        case active, waiting, ended
    }

    fileprivate var stage: Stage { isFinal ? .ended : hasWorker ? .active : .waiting }
}

extension EncodedRecord {
    fileprivate var stage: TaskState.Stage {
        switch self {
        case .body(let body, _): body.state.stage
        case .stored: .ended
        }
    }
}
