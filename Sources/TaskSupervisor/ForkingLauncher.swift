import CForkServer
import Logging
import NIOCore
import Subprocess
import SystemPackage
import TaskBoard
import WorkerProtocol

/// Starts workers by having the worker program's fork server fork them, some of them before there is a task.
///
/// Each still runs one task and ends with it.
actor ForkingLauncher: WorkerLauncher {
    private enum Server {
        /// Nobody has it started yet, or starts it anew.
        case none(waiting: [CheckedContinuation<Void, Never>])
        case open(ForkServer)
        /// It could not be started.
        case failed(LaunchError)
        /// There will be none any more.
        case closed
    }

    private let executable: FilePath
    /// How many workers wait for tasks.
    private let reserve: Int
    private let eventLoops: any EventLoopGroup
    private let logger: Logger
    private var server = Server.none(waiting: [])
    /// Whether the last fork server could not be started, or has ended without having forked.
    private var isFailing = false
    private var ready: [WorkerProcess] = []
    /// Told when a worker is missing in the reserve, or a fork server; one that waits stands for all.
    private let wants: AsyncStream<Void>
    private let wantQueue: AsyncStream<Void>.Continuation

    /// - Parameters:
    ///   - executable: the path of `taskdeck-worker`.
    ///   - reserve: how many workers are started ahead.
    ///   - eventLoops: where their pipes are served.
    init(executable: FilePath, reserve: Int, eventLoops: any EventLoopGroup, logger: Logger) {
        self.executable = executable
        self.reserve = reserve
        self.eventLoops = eventLoops
        self.logger = logger
        (wants, wantQueue) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        ForkServer.prepare()
    }

    // MARK: - The fork server

    /// Keeps the fork server, and the reserve, until it is cancelled.
    func serve() async {
        repeat {
            do throws(LaunchError) {
                try await runServer()
            } catch {
                settle(.failed(error))
                guard !Task.isCancelled else { break }
                logger.log(
                    level: isFailing ? .debug : .warning, "there is no fork server to start workers: \(error.reason)")
                isFailing = true
                // Whoever wants a worker next wants it tried again.
                for await _ in wants { break }
            }
        } while !Task.isCancelled
        settle(.closed)
        await withDiscardingTaskGroup { [ready] group in
            for worker in ready { group.addTask { await worker.dismiss() } }
        }
        ready = []
    }

    /// Runs one fork server until it ends or is not wanted any more.
    private func runServer() async throws(LaunchError) {
        let (ours, theirs) = try ForkServer.socketPair()
        let server = ForkServer(socket: ours)
        let child = SubprocessChild()
        defer { child.end() }
        do {
            _ = try await Subprocess.run(
                .worker(executable, [LINUX_FORK_SERVER_ARGUMENT]),
                input: .fileDescriptor(theirs, closeAfterSpawningProcess: true), output: .discarded,
                error: .discarded
            ) { execution in
                child.begin(execution.processIdentifier.value)
                self.settle(.open(server))
                logger.debug("the fork server, pid \(execution.processIdentifier.value), is ready")
                await self.keepReserve(of: server)
                if !Task.isCancelled { logger.warning("the fork server has ended or hangs; starting another") }
                self.retire(server)
                // It has nothing to lose, and might be stopped.
                try? execution.send(signal: .kill)
            }
        } catch {
            throw LaunchError(error, running: executable)
        }
        if server.hasForked { isFailing = false }
        // The next one would do no better, nor is it to be tried without end. One that hangs has taken its time, once.
        guard Task.isCancelled || server.hasForked || server.isSilent && !isFailing else {
            throw LaunchError(
                reason: server.isSilent
                    ? "the fork server does not answer" : "the fork server has ended before it has forked a worker")
        }
        isFailing = !server.hasForked
    }

    private func retire(_ server: ForkServer) {
        if case .open(let current) = self.server, current === server { self.server = .none(waiting: []) }
    }

    private func settle(_ state: Server) {
        let before = server
        server = state
        if case .none(let waiting) = before { for waiter in waiting { waiter.resume() } }
    }

    /// Forks workers ahead until the fork server is gone, or this is cancelled.
    private func keepReserve(of server: ForkServer) async {
        wantQueue.yield()
        for await _ in wants {
            while ready.count < reserve {
                do throws(ForkError) {
                    let worker = try await fork(by: server)
                    guard !Task.isCancelled else { return await worker.dismiss() }
                    ready.append(worker)
                } catch {
                    if case .gone = error { return }
                    // There is no room; the next task may find some.
                    break
                }
            }
            guard case .open(let current) = self.server, current === server else { return }
        }
    }

    private func fork(by server: ForkServer) async throws(ForkError) -> WorkerProcess {
        let fork = try await server.forkWorker()
        do {
            return try await WorkerProcess(fork, on: eventLoops)
        } catch {
            throw .refused("the pipes cannot be used: \(error)")
        }
    }

    // MARK: - Workers

    func run(
        _ assignment: Assignment, report: @escaping @Sendable (WorkerEvent) async -> Void
    ) async throws(LaunchError) -> WorkerEnd {
        let worker = try await takeWorker()
        let wantQueue = wantQueue
        return await worker.work(at: assignment) { event in
            await report(event)
            // Not before this one is at work: two that start take each other's time.
            if case .update(.hello) = event { wantQueue.yield() }
        }
    }

    private func takeWorker() async throws(LaunchError) -> WorkerProcess {
        while let worker = ready.popLast() {
            if worker.isAlive { return worker }
            await worker.dismiss()
        }
        // A fork server that has ended is noticed when it is asked; the next one is asked once.
        for _ in 0..<2 {
            let server = try await openServer()
            do throws(ForkError) {
                return try await fork(by: server)
            } catch {
                switch error {
                case .refused(let reason): throw LaunchError(reason: reason)
                case .gone:
                    retire(server)
                    wantQueue.yield()
                }
            }
        }
        throw LaunchError(reason: "the fork server does not answer")
    }

    /// The fork server; one that could not be started is tried once more.
    private func openServer() async throws(LaunchError) -> ForkServer {
        var hasWaited = false
        while true {
            switch server {
            case .open(let server): return server
            case .closed: throw LaunchError(reason: "the service is ending")
            case .failed(let error):
                guard !hasWaited else { throw error }
                server = .none(waiting: [])
                wantQueue.yield()
            case .none(let waiting):
                hasWaited = true
                await withCheckedContinuation { server = .none(waiting: waiting + [$0]) }
            }
        }
    }
}
