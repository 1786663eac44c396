import CForkServer
import CLinux
import Glibc
import NIOConcurrencyHelpers
import NIOPosix
import SystemPackage
import TaskModel

/// The supervisor's end of the fork server's socket: sends requests for workers.
///
/// A fork server that leaves one request unanswered is abandoned.
final class ForkServerClient: Sendable {
    /// The longest time until an answer; a fork takes well below a millisecond.
    private static let timeout = Duration.seconds(5)
    /// Where answers are waited for: the shared threads must not block on a fork server that hangs.
    private static let thread = {
        let thread = NIOThreadPool(numberOfThreads: 1)
        thread.start()
        return thread
    }()

    private struct Link {
        /// The sequence number of the last request, which its answer repeats.
        var lastRequest: UInt64 = 0
        var isAbandoned = false
    }

    private struct Status {
        var hasForked = false
        var isSilent = false
    }

    private let socket: FileDescriptor
    private let link = NIOLockedValueBox(Link())
    /// Not in ``Link``, whose lock is held while an answer is awaited.
    private let status = NIOLockedValueBox(Status())

    /// Whether it has ever forked a worker.
    var hasForked: Bool { status.withLockedValue(\.hasForked) }
    /// Whether it has left a request unanswered without having ended.
    var isSilent: Bool { status.withLockedValue(\.isSilent) }

    /// - Parameter socket: the end that ``socketPair()`` returns as ours; owned from now on.
    init(socket: FileDescriptor) {
        self.socket = socket
    }

    deinit {
        try? socket.close()
    }

    /// Starts the thread on which answers are awaited, before the system may have no room for one.
    static func prepare() {
        _ = thread
    }

    /// Returns two connected sockets that no child inherits; the second one is to be the fork server's standard input.
    ///
    /// - Throws: ``LaunchError`` when the system has none.
    static func socketPair() throws(LaunchError) -> (ours: FileDescriptor, theirs: FileDescriptor) {
        var ends: [CInt] = [-1, -1]
        guard socketpair(AF_UNIX, CInt(SOCK_SEQPACKET.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw LaunchError(reason: "no socket: \(Errno(rawValue: errno))")
        }
        return (FileDescriptor(rawValue: ends[0]), FileDescriptor(rawValue: ends[1]))
    }

    /// Requests a worker, which then waits for its assignment.
    ///
    /// - Throws: ``ForkError``.
    func requestWorker() async throws(ForkError) -> ForkedProcess {
        let result = try? await Self.thread.runIfActive { () -> Result<ForkedProcess, ForkError> in
            Result { () throws(ForkError) in try self.requestWorkerBlocking() }
        }
        // The thread refuses work only while this process is ending.
        return try (result ?? .failure(.gone)).get()
    }

    /// The same; blocks until the fork server has answered or is abandoned.
    ///
    /// - Throws: ``ForkError``.
    func requestWorkerBlocking() throws(ForkError) -> ForkedProcess {
        let pipes = try Self.pipes()
        let (input, output, errors) = (pipes[0], pipes[1], pipes[2])
        let theirs = [input.readEnd, output.writeEnd, errors.writeEnd]
        let ours = [input.writeEnd, output.readEnd, errors.readEnd]
        defer { for end in theirs { try? end.close() } }
        do throws(ForkError) {
            let pid = try requestFork(with: theirs)
            // A child keeps its pid until it is reaped, so this is the right process.
            let descriptor = linux_pidfd_open(pid)
            guard descriptor >= 0 else {
                let error = Errno(rawValue: errno)
                kill(pid, SIGKILL)
                Children.shared.reap(pid)
                throw .refused("no process descriptor: \(error)")
            }
            return ForkedProcess(
                pid: pid, descriptor: FileDescriptor(rawValue: descriptor), input: input.writeEnd,
                output: output.readEnd, errors: errors.readEnd)
        } catch {
            for end in ours { try? end.close() }
            throw error
        }
    }

    // MARK: - Requests and answers

    private func requestFork(with streams: [FileDescriptor]) throws(ForkError) -> pid_t {
        let spawn = Children.shared.beginSpawn()
        let answer = link.withLockedValue { link -> linux_fork_answer? in
            guard !link.isAbandoned else { return nil }
            link.lastRequest += 1
            let isSent = linux_send_fork_request(socket.rawValue, streams.map(\.rawValue), link.lastRequest) == 0
            let answer = isSent ? self.answer(to: link.lastRequest) : nil
            link.isAbandoned = answer == nil
            return answer
        }
        spawn.end(with: answer.flatMap { $0.result > 0 ? $0.result : nil })
        guard let answer else { throw .gone }
        guard answer.threads == 0 else {
            throw .refused("the fork server has \(answer.threads) threads, and forks only with one")
        }
        guard answer.result > 0 else { throw .refused("no process: \(Errno(rawValue: -answer.result))") }
        status.withLockedValue { $0.hasForked = true }
        return answer.result
    }

    /// The answer to a request; `nil` if none comes in time.
    private func answer(to request: UInt64) -> linux_fork_answer? {
        let clock = ContinuousClock()
        let deadline = clock.now + Self.timeout
        while true {
            var watched = pollfd(fd: socket.rawValue, events: Int16(POLLIN), revents: 0)
            let rest = (deadline - clock.now).wholeMilliseconds
            let count = poll(&watched, 1, CInt(max(0, rest)))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                status.withLockedValue { $0.isSilent = true }
                return nil
            }
            var answer = linux_fork_answer()
            let size = MemoryLayout.size(ofValue: answer)
            guard recv(socket.rawValue, &answer, size, CInt(MSG_DONTWAIT)) == size else { return nil }
            if answer.request == request { return answer }
        }
    }

    /// Three pipes that no child inherits.
    private static func pipes() throws(ForkError) -> [(readEnd: FileDescriptor, writeEnd: FileDescriptor)] {
        var pipes: [(readEnd: FileDescriptor, writeEnd: FileDescriptor)] = []
        var failure: String?
        while pipes.count < 3, failure == nil {
            var ends: [CInt] = [-1, -1]
            guard linux_pipe(&ends) == 0 else {
                failure = DescriptorLimit.explanation(of: Errno(rawValue: errno))
                break
            }
            pipes.append((FileDescriptor(rawValue: ends[0]), FileDescriptor(rawValue: ends[1])))
            if DescriptorLimit.isReserved(max(ends[0], ends[1])) { failure = DescriptorLimit.explanation }
        }
        guard let failure else { return pipes }
        for pipe in pipes {
            try? pipe.readEnd.close()
            try? pipe.writeEnd.close()
        }
        throw .refused(failure)
    }
}
