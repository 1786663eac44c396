import CLinux
import Glibc
import NIOConcurrencyHelpers
import SystemPackage

/// The supervisor's end of the worker program's fork server: a socket by which it asks for workers.
final class ForkServer: Sendable {
    /// A fork takes well below a millisecond; one that takes this long will not come.
    private static let patience = 5

    private let socket: FileDescriptor
    /// Requests and answers go in turn: the answers do not say to which request they belong.
    private let turn = NIOLock()
    private let forks = NIOLockedValueBox(false)

    /// Whether it has ever forked a worker.
    var hasForked: Bool { forks.withLockedValue { $0 } }

    /// - Parameter socket: whose other end the fork server has as its standard input; owned from now on.
    init(socket: FileDescriptor) {
        self.socket = socket
        var limit = timeval(tv_sec: Self.patience, tv_usec: 0)
        setsockopt(socket.rawValue, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit {
        try? socket.close()
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

    /// Has a worker forked, which then waits for its assignment; blocks for a moment.
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
            forks.withLockedValue { $0 = true }
            // A child that has not been waited for keeps its number, so that this is the right one.
            let descriptor = linux_pidfd_open(pid)
            guard descriptor >= 0 else {
                let error = Errno(rawValue: errno)
                kill(pid, SIGKILL)
                waitpid(pid, nil, 0)
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

    private func ask(for streams: [FileDescriptor]) throws(ForkError) -> pid_t {
        let (answer, count) = turn.withLock { () -> (Int32, Int) in
            var answer: Int32 = 0
            guard linux_send_descriptors(socket.rawValue, streams.map(\.rawValue)) == 0 else { return (0, -1) }
            var count: Int
            repeat {
                count = recv(socket.rawValue, &answer, MemoryLayout.size(ofValue: answer), 0)
            } while count < 0 && errno == EINTR
            return (answer, count)
        }
        guard count == MemoryLayout.size(ofValue: answer) else { throw .gone }
        guard answer > 0 else { throw .refused("no process: \(Errno(rawValue: -answer))") }
        return answer
    }

    /// Three pipes, of which no child inherits an end unless it is given it.
    private static func pipes() throws(ForkError) -> [(readEnd: FileDescriptor, writeEnd: FileDescriptor)] {
        var pipes: [(readEnd: FileDescriptor, writeEnd: FileDescriptor)] = []
        for _ in 0..<3 {
            var ends: [CInt] = [-1, -1]
            guard linux_pipe(&ends) == 0 else {
                let error = Errno(rawValue: errno)
                for pipe in pipes {
                    try? pipe.readEnd.close()
                    try? pipe.writeEnd.close()
                }
                throw .refused("no pipe: \(error)")
            }
            pipes.append((FileDescriptor(rawValue: ends[0]), FileDescriptor(rawValue: ends[1])))
        }
        return pipes
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
