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
        case add(TaskRecord, Keyed?)
        case save(TaskRecord)
        /// The task has failed, since its record cannot be read; the record stays as it is.
        case giveUp(TaskRecord)
        case reorder(TaskID, priority: Int?, order: Int?)
        case activate(TaskID, Timestamp)
        case set(Setting, String)

        /// The stored task that it changes.
        var id: TaskID? {
            switch self {
            case .save(let record), .giveUp(let record): record.id
            case .reorder(let id, _, _), .activate(let id, _): id
            case .add, .set: nil
            }
        }

        /// The task as it is from then on, if the change must not be lost.
        var lasting: TaskRecord? {
            switch self {
            case .save(let record), .giveUp(let record): record
            case .add, .reorder, .activate, .set: nil
            }
        }
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
        /// The greatest id of a task that is not kept any more.
        case lastID = "last_id"
        /// Says nothing.
        case probe
    }

    enum Outcome: Sendable {
        case done
        case addition(Addition)
    }

    typealias Completion = @Sendable (Result<Outcome, StoreError>) -> Void

    struct State {
        var changes: [(change: Change, completion: Completion)] = []
        /// When the first of the changes came.
        var waitingSince: DispatchTime?
        /// Changes that must not be lost and could not be written yet, by the task's id.
        var unsaved: [TaskID: Change] = [:]
        var counters = StoreWriter.Counters()
        /// Why something could not be written, as long as that is so.
        var failure: StoreError?
        /// Whether the writing thread has been signalled, and has not begun.
        var isSignalled = false
        /// Whether the writing thread is to end once everything is written.
        var isFinishing = false
        var isClosed = false

        /// Keeps a change that has not been written, if it must not be lost.
        mutating func keep(_ change: Change) {
            if let id = change.lasting?.id { unsaved[id] = change }
        }
    }

    /// Makes the title of a task that was stored without one.
    package typealias Titles = @Sendable (TaskRecord) -> String

    let database: any DatabaseWriter
    let titles: Titles
    /// Whether tasks outlive the process.
    package var isDurable: Bool { directory != nil }
    /// How many finished tasks are kept; `nil` means all.
    let keep: Int?
    private let directory: StateDirectory?
    let files: FileIdentities
    let busyWait: BusyWait
    /// Shared by the callers and the writing thread.
    let state = NIOLockedValueBox(State())
    /// Signalled when ``State/isSignalled`` becomes true.
    let writerSignal = DispatchSemaphore(value: 0)
    private let reporter = NIOLockedValueBox(Reporter { _ in })

    /// Opens the database in a directory, or one in memory.
    ///
    /// - Parameters:
    ///   - keep: how many finished tasks are kept, the last ones; `nil` means all.
    ///   - titles: makes the titles of tasks that earlier versions have stored.
    /// - Throws: ``StateUnusable`` for a database that is damaged, of something else or of a later version;
    ///   it is left as it is.
    package init(
        _ directory: StateDirectory?, keep: Int? = nil, titles: @escaping Titles = { $0.name ?? "" }
    ) throws(StateUnusable) {
        self.directory = directory
        self.titles = titles
        self.keep = keep
        let busyWait = BusyWait()
        self.busyWait = busyWait
        do {
            if let directory {
                let file = DatabaseFile(directory: directory, busyWait: busyWait)
                database = try file.open()
                files = FileIdentities(
                    [directory.path, directory.path.appending("lock")] + file.files, database: directory.databaseFile)
            } else {
                database = try DatabaseQueue()
                try Schema.migrator.migrate(database)
                files = FileIdentities([], database: nil)
            }
        } catch let error as StateUnusable {
            throw StateUnusable(description: Self.refusal(directory, error.description))
        } catch {
            throw StateUnusable(description: Self.refusal(directory, StoreError(error).description))
        }
    }

    private static func refusal(_ directory: StateDirectory?, _ reason: String) -> String {
        "the database '\(directory?.database.string ?? "in memory")' cannot be used: \(reason)"
    }

    // MARK: - Writing

    /// What the store has to tell without being asked.
    package enum Report: Sendable, Hashable {
        /// Tasks that are not kept any more.
        case pruned([PrunedTask])
        /// Something cannot be written, for another reason than before.
        case failed(StoreError)
        /// What could not be written before now is.
        case recovered
    }

    /// A closure by itself would come out of the box, whose code is generic, wrapped once more every time.
    private struct Reporter: Sendable {
        let report: @Sendable (Report) -> Void
    }

    /// Sends all reports to `report` from now on.
    package func onReport(_ report: @escaping @Sendable (Report) -> Void) {
        reporter.withLockedValue { $0 = Reporter(report: report) }
    }

    func send(_ report: Report) {
        reporter.withLockedValue(\.self).report(report)
    }

    /// Why tasks cannot be stored at the moment; `nil` when they can.
    package var failure: StoreError? {
        files.displacement.map(StoreError.unavailable) ?? state.withLockedValue(\.failure)
    }

    /// The tasks whose last change could not be written yet, and is lost if the process ends now.
    package var unsavedTasks: [TaskID] { state.withLockedValue { $0.unsaved.keys.sorted() } }

    /// What was changed about the directory to make it safe, in sentences for the log.
    package var notices: [String] { directory?.notices ?? [] }

    /// Adds a task, and returns when it is stored.
    ///
    /// - Throws: ``StoreError``; the task is then not stored.
    package func add(_ record: TaskRecord, _ keyed: Keyed?) async throws(StoreError) -> Addition {
        if case .addition(let addition) = try await write(.add(record, keyed)) { return addition }
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

    /// Returns when a task's place in the queue is stored, unless it does not wait any more.
    ///
    /// - Parameters:
    ///   - priority: `nil` if it stays.
    ///   - order: its ``TaskRecord/queueOrder``; `nil` if it stays.
    /// - Throws: ``StoreError``.
    package func reorder(_ id: TaskID, priority: Int?, order: Int?) async throws(StoreError) {
        _ = try await write(.reorder(id, priority: priority, order: order))
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
}

extension Result where Failure == StoreError {
    fileprivate var error: StoreError? {
        if case .failure(let error) = self { error } else { nil }
    }
}
