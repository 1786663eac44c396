import CForkServer
import CLinux
import Glibc
import NIOConcurrencyHelpers
import NIOPosix
import SystemPackage
import TaskModel

/// The supervisor's end of the worker program's fork server: a socket by which it asks for workers.
///
/// A fork server that has left one request without an answer is given up for good.
final class ForkServer: Sendable {
    /// A fork takes well below a millisecond; one that takes this long will not come.
    private static let timeout = Duration.seconds(5)
    /// Where forks are waited for: the threads that others share must not stand still with a fork server that does.
    private static let thread = {
        let thread = NIOThreadPool(numberOfThreads: 1)
        thread.start()
        return thread
    }()

    private struct Link {
        /// The number of the last request, which its answer repeats.
        var lastRequest: UInt64 = 0
        var isGivenUp = false
    }

    private struct Status {
        var hasForked = false
        var isSilent = false
    }

    private let socket: FileDescriptor
    private let link = NIOLockedValueBox(Link())
    /// Not in ``Link``, whose lock is held while an answer is waited for.
    private let status = NIOLockedValueBox(Status())

    /// Whether it has ever forked a worker.
    var hasForked: Bool { status.withLockedValue(\.hasForked) }
    /// Whether it has left a request without an answer, without having ended.
    var isSilent: Bool { status.withLockedValue(\.isSilent) }

    /// - Parameter socket: whose other end the fork server has as its standard input; owned from now on.
    init(socket: FileDescriptor) {
        self.socket = socket
    }

    deinit {
        try? socket.close()
    }

    /// Starts the thread that forks are waited for on: later there may be no room for one.
    static func prepare() {
        _ = thread
    }

    /// Two connected sockets, of which no child inherits either unless it is given it.
    ///
    /// - Throws: ``LaunchError`` when there are none to be had.
    static func socketPair() throws(LaunchError) -> (ours: FileDescriptor, theirs: FileDescriptor) {
        var ends: [CInt] = [-1, -1]
        guard socketpair(AF_UNIX, CInt(SOCK_SEQPACKET.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw LaunchError(reason: "no socket: \(Errno(rawValue: errno))")
        }
        return (FileDescriptor(rawValue: ends[0]), FileDescriptor(rawValue: ends[1]))
    }

    /// Has a worker forked, which then waits for its assignment.
    ///
    /// - Throws: ``ForkError``.
    func forkWorker() async throws(ForkError) -> ForkedProcess {
        let result = try? await Self.thread.runIfActive { () -> Result<ForkedProcess, ForkError> in
            Result { () throws(ForkError) in try self.fork() }
        }
        // The thread refuses work only while this process is ending.
        return try (result ?? .failure(.gone)).get()
    }

    /// The same; blocks until the fork server has answered, or is given up.
    ///
    /// - Throws: ``ForkError``.
    func fork() throws(ForkError) -> ForkedProcess {
        let pipes = try Self.pipes()
        let (input, output, errors) = (pipes[0], pipes[1], pipes[2])
        let theirs = [input.readEnd, output.writeEnd, errors.writeEnd]
        let ours = [input.writeEnd, output.readEnd, errors.readEnd]
        defer { for end in theirs { try? end.close() } }
        do throws(ForkError) {
            let pid = try ask(for: theirs)
            // A child that has not been waited for keeps its number, so that this is the right one.
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

    private func ask(for streams: [FileDescriptor]) throws(ForkError) -> pid_t {
        let birth = Children.shared.beginBirth()
        let answer = link.withLockedValue { link -> linux_fork_answer? in
            guard !link.isGivenUp else { return nil }
            link.lastRequest += 1
            let isSent = linux_send_fork_request(socket.rawValue, streams.map(\.rawValue), link.lastRequest) == 0
            let answer = isSent ? self.answer(to: link.lastRequest) : nil
            link.isGivenUp = answer == nil
            return answer
        }
        birth.end(with: answer.flatMap { $0.result > 0 ? $0.result : nil })
        guard let answer else { throw .gone }
        guard answer.threads == 0 else {
            throw .refused("the fork server has \(answer.threads) threads, and forks only with one")
        }
        guard answer.result > 0 else { throw .refused("no process: \(Errno(rawValue: -answer.result))") }
        status.withLockedValue { $0.hasForked = true }
        return answer.result
    }

    /// What the fork server answers to a request; `nil` when it does not in time.
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

    /// Three pipes, of which no child inherits an end unless it is given it.
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

/// A worker and our ends of its pipes, owned by whoever has it.
struct ForkedProcess: Sendable {
    let pid: pid_t
    /// A pidfd.
    let descriptor: FileDescriptor
    let input: FileDescriptor
    let output: FileDescriptor
    let errors: FileDescriptor
}

/// Why there is no worker.
enum ForkError: Error {
    /// The fork server does not answer any more.
    case gone
    /// The machine has no room for another process.
    case refused(String)
}
