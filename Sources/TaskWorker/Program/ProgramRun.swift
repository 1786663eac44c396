import CLinux
import Glibc
import NIOConcurrencyHelpers
package import NIOCore
package import Processes
package import TaskModel

/// A program and all that it starts, from its fork to the end of its last process.
///
/// One thread is the parent of them all, and does all that is done to them, so that no process is reaped while it is
/// signaled. Of one process there can be one run at a time; it makes the process a subreaper (prctl(2)).
package final class ProgramRun: Sendable {
    enum Request {
        case pause(@Sendable (Bool) -> Void)
        case resume(@Sendable (Bool) -> Void)
        case stop
        case kill
    }

    private struct State {
        var requests: [Request] = []
        var hasEnded = false
    }

    private let state = NIOLockedValueBox(State())
    /// Readable when there are requests (eventfd(2)).
    let wakeup: Int32

    /// - Throws: When no descriptor is left.
    package init() throws(IOError) {
        wakeup = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        guard wakeup >= 0 else { throw IOError(errnoCode: errno, reason: "eventfd") }
    }

    /// Runs a program on this thread, and returns when all of it has ended.
    ///
    /// To be called once.
    ///
    /// - Parameters:
    ///   - marks: variables that are added to its environment.
    ///   - pipes: of which the ends to write are closed here, the others belong to the caller.
    ///   - updates: where its process is reported to the supervisor before it becomes the program; -1 for nowhere.
    ///   - usesControlGroup: whether it is to be in a control group, where that is possible.
    ///   - source: the way in which its processes are found.
    ///   - onEvent: called on this thread, which does nothing else meanwhile.
    package func run(
        _ program: Program, marks: [String: String], pipes: ProgramPipes, updates: Int32 = -1,
        usesControlGroup: Bool = true, source: ProcessTree.Source = .available,
        onEvent: @escaping (ProgramEvent) -> Void
    ) {
        var loop = ProgramLoop(
            ProgramStart(
                program, marks: marks, pipes: pipes, updates: updates,
                group: usesControlGroup ? ControlGroup.make() : nil),
            stopSignal: program.stopSignal.number, tree: ProcessTree(below: getpid(), source: source),
            requests: self, onEvent: onEvent)
        loop.run()
    }

    deinit { close(wakeup) }

    /// Stops all processes of the program.
    ///
    /// - Parameter reply: called, on the program's thread, with whether none of them runs any more; if not, they all
    ///   continue. Within ``ProgramLoop/pauseLimit``.
    package func pause(_ reply: @escaping @Sendable (Bool) -> Void) { add(.pause(reply)) }

    /// Has all processes of the program continue, whichever signal has stopped them.
    ///
    /// - Parameter reply: called, on the program's thread, with whether there are any.
    package func resume(_ reply: @escaping @Sendable (Bool) -> Void) { add(.resume(reply)) }

    /// Sends the program's stop signal to its session, paused or not, and has it continue.
    package func stop() { add(.stop) }

    /// Kills all processes of the program.
    package func kill() { add(.kill) }

    private func add(_ request: Request) {
        let isLate = state.withLockedValue { state in
            if !state.hasEnded { state.requests.append(request) }
            return state.hasEnded
        }
        if isLate { return request.refuse() }
        var one: UInt64 = 1
        write(wakeup, &one, MemoryLayout.size(ofValue: one))
    }

    // MARK: - The program's thread

    func nextRequests() -> [Request] {
        var count: UInt64 = 0
        read(wakeup, &count, MemoryLayout.size(ofValue: count))
        return state.withLockedValue { state in
            defer { state.requests = [] }
            return state.requests
        }
    }

    /// Refuses all requests from now on.
    func end() {
        let rest = state.withLockedValue { state in
            state.hasEnded = true
            defer { state.requests = [] }
            return state.requests
        }
        for request in rest { request.refuse() }
    }
}

extension ProgramRun.Request {
    /// Replies that there is no program.
    func refuse() {
        switch self {
        case .pause(let reply), .resume(let reply): reply(false)
        case .stop, .kill: break
        }
    }
}
