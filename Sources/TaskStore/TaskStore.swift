import Dispatch
import GRDB
import Glibc
import NIOConcurrencyHelpers
import SystemPackage
package import TaskModel

/// All tasks, in a SQLite database on disk or in memory.
///
/// Changes are queued and written in order, as many in one transaction as were queued during the one before: under load
/// many changes share one commit, without load none waits. A change is complete once it survives the end of the process
/// and of the machine.
package final class TaskStore: Sendable {
    struct State {
        var changes: [(change: Change, completion: Completion)] = []
        /// When the first of the changes was queued.
        var waitingSince: DispatchTime?
        /// Changes that must not be lost and could not be written yet, by the id of the task.
        var unsaved: [TaskID: Change] = [:]
        var counters = StoreWriter.Counters()
        /// Why changes cannot be written at the moment.
        var failure: StoreError?
        /// Whether the writing thread has been signalled, and has not begun.
        var isSignalled = false
        /// Whether the writing thread ends once everything is written.
        var isFinishing = false
        var isClosed = false

        /// Keeps a change that could not be written, if it must not be lost.
        mutating func keep(_ change: Change) {
            if let id = change.lasting?.id { unsaved[id] = change }
        }
    }

    /// Makes the title of a task that was stored without one.
    package typealias Titles = @Sendable (TaskRecord) -> String

    let database: any DatabaseWriter
    let titles: Titles
    /// Whether tasks survive the end of the process.
    package var isDurable: Bool { directory != nil }
    /// The number of finished tasks that are kept; `nil` means all.
    let keep: Int?
    private let directory: StateDirectory?
    /// The first processes of the programs that run.
    package let programs: ProgramLedger
    /// A text that identifies the directory among all that exist; of a copy it is another one.
    package let mark: String
    let files: FileIdentities
    let busyWait: BusyWait
    /// The programs of tasks that have been added as started, until they are read.
    let startingPrograms = NIOLockedValueBox<[TaskID: Program]>([:])
    /// Shared by the callers and the writing thread.
    let state = NIOLockedValueBox(State())
    /// Signalled when ``State/isSignalled`` becomes true.
    let writerSignal = DispatchSemaphore(value: 0)
    private let reporter = NIOLockedValueBox(Reporter { _ in })

    /// Opens the database in a directory, or one in memory.
    ///
    /// - Parameters:
    ///   - keep: the number of finished tasks that are kept, the last ones; `nil` means all.
    ///   - titles: makes the titles of tasks that earlier versions have stored.
    /// - Throws: ``StateUnusable`` for a database that is damaged, of another program or of a later version, which stays
    ///   unchanged.
    package init(
        _ directory: StateDirectory?, keep: Int? = nil, titles: @escaping Titles = { $0.name ?? "" }
    ) throws(StateUnusable) {
        self.directory = directory
        self.titles = titles
        self.keep = keep
        programs = ProgramLedger(directory)
        mark = directory?.mark ?? "memory-\(getpid())-\(UInt64.random(in: 0 ... .max))"
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

    // MARK: - Reports

    /// A closure in a generic box would be wrapped once more with every access.
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

    /// Why changes cannot be written at the moment; `nil` when they can.
    package var failure: StoreError? {
        files.displacement.map(StoreError.unavailable) ?? state.withLockedValue(\.failure)
    }

    /// The tasks whose last change could not be written yet; it is lost if the process ends now.
    package var unsavedTasks: [TaskID] { state.withLockedValue { $0.unsaved.keys.sorted() } }

    /// Changes of the directory's mode, in sentences for the log.
    package var notices: [String] { directory?.notices ?? [] }
}
