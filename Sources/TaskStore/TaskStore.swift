import Dispatch
import GRDB
import Glibc
import NIOConcurrencyHelpers
import SystemPackage
package import TaskModel

/// All tasks, as they are kept: in a SQLite database, on disk or in memory.
///
/// What is to be written is queued and written in the order given, as much at a time as has come
/// while the write before it was under way: under load many changes share one commit, without load none
/// waits. A change is done when it would survive the end of the process, and of the machine.
package final class TaskStore: Sendable {
    /// Something to be written.
    enum Change: Sendable {
        case add(TaskRecord, Keyed?, isActive: Bool)
        case save(TaskRecord)
        case setPriority(TaskID, Int)
        case activate(TaskID, Timestamp)
        case set(Setting, String)
    }

    /// A submission's key, and what was sent with it.
    package struct Keyed: Sendable {
        package let key: IdempotencyKey
        package let request: String

        package init(key: IdempotencyKey, request: String) {
            self.key = key
            self.request = request
        }
    }

    /// What became of a new task.
    package enum Addition: Sendable, Hashable {
        case added
        /// The key belongs to this task, which the same request has made.
        case known(TaskID)
        /// The key belongs to another request.
        case keyReused
    }

    enum Setting: String, Sendable {
        case queueIsHeld = "queue_is_held"
    }

    enum Outcome: Sendable {
        case done
        case addition(Addition)
    }

    typealias Completion = @Sendable (Result<Outcome, StoreError>) -> Void

    private struct State {
        var changes: [(change: Change, completion: Completion)] = []
        /// Ends that could not be written: what was reported shall not be lost if it can be helped.
        var unsaved: [TaskID: TaskRecord] = [:]
        var finishedCount = 0
        /// Whether the writing thread has been told that there is something to do, and has not begun.
        var isTold = false
        /// Whether nothing is to be waited for any more.
        var isFinishing = false
        var isClosed = false
    }

    let database: any DatabaseWriter
    /// Whether tasks outlive the process.
    package var isDurable: Bool { directory != nil }
    /// How many finished tasks are kept; `nil` means all.
    private let keep: Int?
    private let directory: StateDirectory?
    /// Shared by whoever asks for changes and whoever writes them.
    private let state = NIOLockedValueBox(State())
    /// Signalled when ``State/isTold`` comes to be true.
    private let toldWriter = DispatchSemaphore(value: 0)
    private let reporter = NIOLockedValueBox(Reporter { _ in })

    /// Opens the database in a directory, or one in memory.
    ///
    /// - Parameter keep: how many finished tasks are kept, the last ones; `nil` means all.
    /// - Throws: ``StateUnusable`` for a database that is damaged, of something else or of a later version;
    ///   it is left as it is.
    package init(_ directory: StateDirectory?, keep: Int? = nil) throws(StateUnusable) {
        self.directory = directory
        self.keep = keep
        do {
            database = try directory.map { try Self.open($0.database.string) } ?? DatabaseQueue()
            try Schema.migrator.migrate(database)
            if let directory { WriteAheadLog.layOut(for: directory.database) }
        } catch let error as StateUnusable {
            throw StateUnusable(description: Self.refusal(directory, error.description))
        } catch {
            throw StateUnusable(description: Self.refusal(directory, StoreError(error).description))
        }
    }

    private static func refusal(_ directory: StateDirectory?, _ reason: String) -> String {
        "the database '\(directory?.database.string ?? "in memory")' cannot be used: \(reason)"
    }

    private static func open(_ path: String) throws -> any DatabaseWriter {
        if access(path, F_OK) == 0 {
            // Looking first, without the right to write, leaves alone what is not for us.
            var looking = Configuration()
            looking.readonly = true
            let file = try DatabaseQueue(path: path, configuration: looking)
            try file.read { db in
                try Schema.check(db)
                try Schema.examine(db)
            }
            try file.close()
        }
        var configuration = Configuration()
        configuration.maximumReaderCount = 4
        let pool = try DatabasePool(path: path, configuration: configuration)
        // GRDB's own choice would lose the last commits when the machine goes down.
        try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        return pool
    }

    func note(finishedCount: Int) {
        state.withLockedValue { $0.finishedCount = finishedCount }
    }

    // MARK: - Writing

    /// What the store has to tell without being asked.
    package enum Report: Sendable, Hashable {
        /// Tasks that are not kept any more.
        case pruned([PrunedTask])
        /// What could not be written before now is.
        case recovered
    }

    /// Who hears of reports.
    ///
    /// A closure by itself would come out of the box, whose code is generic, wrapped once more every time.
    private struct Reporter: Sendable {
        let hear: @Sendable (Report) -> Void
    }

    /// Has `report` told from now on.
    package func onReport(_ report: @escaping @Sendable (Report) -> Void) {
        reporter.withLockedValue { $0 = Reporter(hear: report) }
    }

    private func tell(_ report: Report) {
        reporter.withLockedValue(\.self).hear(report)
    }

    /// Adds a task, and returns when it is stored.
    ///
    /// - Parameter isActive: whether it has a worker from now on, and does not wait first.
    /// - Throws: ``StoreError``; the task is then not stored.
    package func add(
        _ record: TaskRecord, _ keyed: Keyed?, isActive: Bool = false
    ) async throws(StoreError) -> Addition {
        if case .addition(let addition) = try await write(.add(record, keyed, isActive: isActive)) { return addition }
        return .added
    }

    /// Has a task written as it is from now on, and `done` called when it is, or cannot be.
    package func save(_ record: TaskRecord, done: @escaping @Sendable (StoreError?) -> Void) {
        enqueue(.save(record)) { done($0.error) }
    }

    /// Has it written that a task has a worker from now on, and `done` called when it is, or cannot be.
    package func activate(_ id: TaskID, at time: Timestamp, done: @escaping @Sendable (StoreError?) -> Void) {
        enqueue(.activate(id, time)) { done($0.error) }
    }

    /// Returns when a task's priority is stored, unless it does not wait any more.
    ///
    /// - Throws: ``StoreError``.
    package func setPriority(_ priority: Int, of id: TaskID) async throws(StoreError) {
        _ = try await write(.setPriority(id, priority))
    }

    /// Returns when it is stored whether new tasks may be started.
    ///
    /// - Throws: ``StoreError``.
    package func setHeld(_ isHeld: Bool) async throws(StoreError) {
        _ = try await write(.set(.queueIsHeld, isHeld ? "true" : "false"))
    }

    /// Returns when a change is written.
    private func write(_ change: Change) async throws(StoreError) -> Outcome {
        let result = await withCheckedContinuation { continuation in
            enqueue(change) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    private func enqueue(_ change: Change, _ completion: @escaping Completion) {
        var isClosed = false
        tellWriter { state in
            isClosed = state.isClosed
            if !isClosed { state.changes.append((change, completion)) }
        }
        if isClosed { completion(.failure(.closed)) }
    }

    /// Has the writing thread look at what `note` leaves for it.
    private func tellWriter(_ note: (inout State) -> Void) {
        let isNews = state.withLockedValue { state in
            note(&state)
            defer { state.isTold = true }
            return !state.isTold
        }
        if isNews { toldWriter.signal() }
    }

    /// Writes until ``finish()`` has been called and all is written, or until it is cancelled.
    ///
    /// Takes a thread of its own: passing from one to another takes about as long as writing does.
    package func run() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                DispatchQueue(label: "taskdeck store").async {
                    self.writeUntilFinished()
                    continuation.resume()
                }
            }
        } onCancel: {
            finish()
        }
        let rest = state.withLockedValue { state in
            state.isClosed = true
            defer { state.changes = [] }
            return state.changes
        }
        for (_, completion) in rest { completion(.failure(.closed)) }
        try? database.close()
    }

    /// Ends ``run()`` once everything is written.
    package func finish() {
        tellWriter { $0.isFinishing = true }
    }

    private func writeUntilFinished() {
        var isAllWritten = true
        while true {
            // Nobody tells when there is room on a disk again.
            _ = toldWriter.wait(timeout: isAllWritten ? .distantFuture : .now() + .seconds(1))
            let isFinishing = state.withLockedValue { state in
                state.isTold = false
                return state.isFinishing
            }
            isAllWritten = writeAll()
            if isFinishing { return }
        }
    }

    /// - Returns: Whether nothing is left that should be written.
    private func writeAll() -> Bool {
        while true {
            let (batch, unsaved, finishedCount) = state.withLockedValue { state in
                defer { state.changes = [] }
                return (state.changes, Array(state.unsaved.values), state.finishedCount)
            }
            guard !batch.isEmpty || !unsaved.isEmpty else { return true }
            let changes = unsaved.map(Change.save) + batch.map(\.change)
            do {
                let keep = keep
                let (outcomes, pruned, newCount) = try database.write { db in
                    var writer = StoreWriter(db: db, finishedCount: finishedCount)
                    var outcomes: [Outcome] = []
                    for change in changes { outcomes.append(try writer.write(change)) }
                    let pruned = try keep.map { try writer.prune(keep: $0, at: ServiceClock().now.wall) } ?? []
                    return (outcomes, pruned, writer.finishedCount)
                }
                state.withLockedValue { state in
                    state.unsaved = [:]
                    state.finishedCount = newCount
                }
                for (entry, outcome) in zip(batch, outcomes.dropFirst(unsaved.count)) {
                    entry.completion(.success(outcome))
                }
                if !unsaved.isEmpty { tell(.recovered) }
                if !pruned.isEmpty { tell(.pruned(pruned)) }
            } catch {
                let error = StoreError(error)
                state.withLockedValue { state in
                    for case .save(let record) in batch.lazy.map(\.change) { state.unsaved[record.id] = record }
                }
                for entry in batch { entry.completion(.failure(error)) }
                return false
            }
        }
    }
}

extension Result where Failure == StoreError {
    fileprivate var error: StoreError? {
        if case .failure(let error) = self { error } else { nil }
    }
}
