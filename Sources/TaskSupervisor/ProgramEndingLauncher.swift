import NIOConcurrencyHelpers
import NIOCore
import Processes
import TaskBoard
import TaskModel
import TaskStore
import WorkerProtocol

/// Launches workers by another launcher on this host, and ends what is left of a program whose worker has ended before it.
///
/// A worker ends its program itself, unless it is killed. Then the program's processes are this one's children, since it is
/// a subreaper (prctl(2)).
struct ProgramEndingLauncher: WorkerLauncher {
    private let launcher: any WorkerLauncher
    private let ledger: ProgramLedger
    private let eventLoop: any EventLoop

    /// - Parameters:
    ///   - ledger: has the first processes of all programs that run.
    ///   - eventLoop: its timers are used.
    init(_ launcher: any WorkerLauncher, ledger: ProgramLedger, eventLoop: any EventLoop) {
        self.launcher = launcher
        self.ledger = ledger
        self.eventLoop = eventLoop
    }

    func serve() async { await launcher.serve() }

    func run(
        _ assignment: Assignment, report: @escaping @Sendable (WorkerEvent) async -> Void
    ) async throws(LaunchError) -> WorkerEnd {
        guard let program = assignment.program else { return try await launcher.run(assignment, report: report) }
        let id = assignment.taskID
        let state = NIOLockedValueBox(State())
        defer { ledger.remove(id) }
        var end = try await launcher.run(assignment) { [ledger, eventLoop] event in
            if let leader = state.withLockedValue({ $0.update(by: event) }) {
                ledger.add(.init(task: id, pid: leader.pid, startTime: leader.startTime))
            }
            guard case .started(let handle) = event else { return await report(event) }
            await report(.started(ProgramWorker(handle, eventLoop: eventLoop)))
        }
        let (worker, leader, hasEnded) = state.withLockedValue { ($0.worker, $0.leader, $0.hasEnded) }
        // A group is left where it could not be removed when the program ended.
        guard let worker, !hasEnded || ControlGroup.existing(ofWorker: worker) != nil else { return end }
        let orphans = OrphanedProgram(
            of: id.description, marks: ProgramMarks(instance: program.mark), worker: worker, leader: leader)
        // It blocks, for 5 s at most.
        let remaining = await OwnThread.run { orphans.end { Children.shared.awaited } }
        end.remaining = remaining.map { "\($0.pid) (\($0.name()))" }
        return end
    }

    /// What a worker has reported of its program.
    private struct State {
        var worker: Int32?
        var leader: ProcessIdentity?
        /// Whether the worker has ended all of the program.
        var hasEnded = false

        /// - Returns: The program's first process, when that is new.
        mutating func update(by event: WorkerEvent) -> ProcessIdentity? {
            switch event {
            case .started(let handle): worker = handle.pid
            case .update(.program(.started(let process))):
                leader = ProcessIdentity(pid: process.pid, startTime: UInt64(clamping: process.startTime))
                return leader
            case .update(.program(.ended)): hasEnded = true
            case .update, .stopped, .continued, .violation, .log: break
            }
            return nil
        }
    }
}
