import CForkServer
import Logging
import NIOCore
import Subprocess
import SystemPackage
import TaskBoard
import TaskControl
import WorkerProtocol

/// Launches workers that the worker program's fork server forks, some of them ahead of need: the idle pool.
///
/// Each runs one task and ends with it.
actor ForkingLauncher: WorkerLauncher {
    private enum Server {
        /// Not started yet, or about to be replaced.
        case starting(waiting: [CheckedContinuation<Void, Never>])
        case open(ForkServerClient)
        /// The last start has failed.
        case failed(LaunchError)
        /// There will not be another one.
        case closed
    }

    private let executable: FilePath
    private let idlePoolSize: Int
    private let eventLoops: any EventLoopGroup
    private let logger: Logger
    private var server = Server.starting(waiting: [])
    /// Whether the last fork server could not be started, or has ended without having forked.
    private var isFailing = false
    private var idlePool: [WorkerProcess] = []
    /// An element when the idle pool is not full, or there is no fork server; one stands for all.
    private let needs: AsyncStream<Void>
    private let needQueue: AsyncStream<Void>.Continuation

    /// - Parameters:
    ///   - executable: the path of `taskdeck-worker`.
    ///   - idlePoolSize: how many workers are forked ahead.
    ///   - eventLoops: where their pipes are served.
    init(executable: FilePath, idlePoolSize: Int, eventLoops: any EventLoopGroup, logger: Logger) {
        self.executable = executable
        self.idlePoolSize = idlePoolSize
        self.eventLoops = eventLoops
        self.logger = logger
        (needs, needQueue) = AsyncStream.makeCoalescedSignals()
        ForkServerClient.prepare()
    }

    // MARK: - The fork server

    /// Keeps a fork server and the idle pool until it is cancelled.
    func serve() async {
        repeat {
            do throws(LaunchError) {
                try await runServer()
            } catch {
                setServer(.failed(error))
                guard !Task.isCancelled else { break }
                logger.log(
                    level: isFailing ? .debug : .warning, "there is no fork server to start workers: \(error.reason)")
                isFailing = true
                // The next launch tries again.
                for await _ in needs { break }
            }
        } while !Task.isCancelled
        setServer(.closed)
        await withDiscardingTaskGroup { [idlePool] group in
            for worker in idlePool { group.addTask { await worker.shutDown() } }
        }
        idlePool = []
    }

    /// Runs one fork server until it ends, hangs, or this is cancelled.
    private func runServer() async throws(LaunchError) {
        let (ours, theirs) = try ForkServerClient.socketPair()
        let server = ForkServerClient(socket: ours)
        let child = SubprocessChild()
        defer { child.end() }
        do {
            _ = try await Subprocess.run(
                .worker(executable, [LINUX_FORK_SERVER_ARGUMENT]),
                input: .fileDescriptor(theirs, closeAfterSpawningProcess: true), output: .discarded,
                error: .discarded
            ) { execution in
                child.begin(execution.processIdentifier.value)
                self.setServer(.open(server))
                logger.debug("the fork server, pid \(execution.processIdentifier.value), is ready")
                await self.keepIdlePool(of: server)
                if !Task.isCancelled { logger.warning("the fork server has ended or hangs; starting another") }
                self.abandon(server)
                // By force: it has no state to lose, and may be stopped.
                try? execution.send(signal: .kill)
            }
        } catch {
            throw LaunchError(error, running: executable)
        }
        if server.hasForked { isFailing = false }
        // Another one would fail the same way, and must not be started over and over. One that hangs has cost its timeout,
        // once.
        guard Task.isCancelled || server.hasForked || server.isSilent && !isFailing else {
            throw server.failure
        }
        isFailing = !server.hasForked
    }

    private func abandon(_ server: ForkServerClient) {
        if case .open(let current) = self.server, current === server { self.server = .starting(waiting: []) }
    }

    private func setServer(_ state: Server) {
        let before = server
        server = state
        if case .starting(let waiting) = before { for waiter in waiting { waiter.resume() } }
    }

    /// Keeps the idle pool full until the fork server is gone, or this is cancelled.
    private func keepIdlePool(of server: ForkServerClient) async {
        needQueue.yield()
        for await _ in needs {
            while idlePool.count < idlePoolSize {
                do throws(ForkError) {
                    let worker = try await fork(by: server)
                    guard !Task.isCancelled else { return await worker.shutDown() }
                    idlePool.append(worker)
                } catch {
                    if case .gone = error { return }
                    // The system has no room now; the next launch may find some.
                    break
                }
            }
            guard case .open(let current) = self.server, current === server else { return }
        }
    }

    private func fork(by server: ForkServerClient) async throws(ForkError) -> WorkerProcess {
        let fork = try await server.requestWorker()
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
        let worker = try await acquireWorker()
        let needQueue = needQueue
        return await worker.run(assignment) { event in
            await report(event)
            // Not before this one is at work: two that start delay each other.
            switch event {
            case .update(.hello) where assignment.program == nil, .update(.program(.started)), .update(.outcome):
                needQueue.yield()
            default: break
            }
        }
    }

    private func acquireWorker() async throws(LaunchError) -> WorkerProcess {
        while let worker = idlePool.popLast() {
            if worker.isAlive { return worker }
            await worker.shutDown()
        }
        // Only a request shows that a fork server has ended; the next one is asked once.
        var hasFailed = false
        while true {
            let server = try await openServer()
            do throws(ForkError) {
                return try await fork(by: server)
            } catch {
                switch error {
                case .refused(let reason): throw LaunchError(reason: reason)
                case .gone:
                    abandon(server)
                    needQueue.yield()
                    guard !hasFailed else { throw server.failure }
                    hasFailed = true
                }
            }
        }
    }

    /// The fork server; if the last start has failed, after one more.
    private func openServer() async throws(LaunchError) -> ForkServerClient {
        var hasWaited = false
        while true {
            switch server {
            case .open(let server): return server
            case .closed: throw LaunchError(reason: "the service is ending")
            case .failed(let error):
                guard !hasWaited else { throw error }
                server = .starting(waiting: [])
                needQueue.yield()
            case .starting(let waiting):
                hasWaited = true
                await withCheckedContinuation { server = .starting(waiting: waiting + [$0]) }
            }
        }
    }
}

extension ForkServerClient {
    /// Why no worker comes of a fork server that has gone.
    fileprivate var failure: LaunchError {
        LaunchError(
            reason: isSilent
                ? "the fork server does not answer" : "the fork server has ended before it has forked a worker")
    }
}
