import CLinux
import Glibc
import NIOCore
import NIOPosix
import SystemPackage
import TaskModel

/// A forked worker, from before its task to its end.
///
/// Has to be given a task, ``work(at:once:report:)``, or be dismissed; only then is it reaped.
struct WorkerProcess: Sendable {
    private let pid: pid_t
    /// A pidfd.
    private let descriptor: SystemPackage.FileDescriptor
    /// Its standard output, and the way to its standard input.
    private let pipes: NIOAsyncChannel<ByteBuffer, ByteBuffer>
    private let errors: NIOAsyncChannel<ByteBuffer, Never>

    /// Takes over a process and its pipes, ready to be read.
    ///
    /// - Throws: What NIO says of pipes that it cannot use; the process has been ended then.
    init(_ fork: ForkedProcess) async throws {
        (pid, descriptor) = (fork.pid, fork.descriptor)
        do {
            pipes = try await Self.bootstrap.takingOwnershipOfDescriptors(
                input: fork.output.rawValue, output: fork.input.rawValue
            ) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        } catch {
            try? fork.errors.close()
            await Self.give(up: fork)
            throw error
        }
        do {
            errors = try await Self.bootstrap.takingOwnershipOfDescriptor(input: fork.errors.rawValue) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, Never>(wrappingChannelSynchronously: channel)
                }
            }
        } catch {
            // NIO wants every channel that it has handed out used.
            try? await pipes.executeThenClose { _, _ in }
            await Self.give(up: fork)
            throw error
        }
    }

    private static var bootstrap: NIOPipeBootstrap { NIOPipeBootstrap(group: MultiThreadedEventLoopGroup.singleton) }

    private static func give(up fork: ForkedProcess) async {
        kill(fork.pid, SIGKILL)
        await ProcessExit.wait(for: fork.descriptor.rawValue)
        _ = reap(fork.pid, fork.descriptor)
    }

    /// Whether the process has not ended.
    var isAlive: Bool {
        var watched = pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0)
        return poll(&watched, 1, 0) == 0
    }

    /// Ends a worker that is not needed: the end of its standard input tells it.
    func dismiss() async {
        try? await pipes.executeThenClose { _, _ in }
        try? await errors.executeThenClose { _ in }
        await ProcessExit.wait(for: descriptor.rawValue)
        _ = Self.reap(pid, descriptor)
    }

    /// Gives the worker its task and stays until its process group is empty and its pipes are read to the end.
    ///
    /// - Parameters: as of ``WorkerLauncher/run(_:once:report:)``.
    func work(
        at assignment: Assignment, once mayBegin: @escaping @Sendable () async -> Void,
        report: @escaping @Sendable (WorkerEvent) async -> Void
    ) async -> WorkerEnd {
        let group = ProcessGroup(leader: pid)
        await report(.started(group))
        await withTaskCancellationHandler {
            await withDiscardingTaskGroup { tasks in
                tasks.addTask { await speak(of: assignment, once: mayBegin, report) }
                tasks.addTask { await listen(report) }
                tasks.addTask {
                    await ProcessExit.wait(for: descriptor.rawValue)
                    group.retire()
                }
            }
        } onCancel: {
            group.send(.kill)
        }
        let status = Self.reap(pid, descriptor)
        return WorkerEnd(status: status, reaped: 1 + (await group.reapLeftovers()))
    }

    // MARK: - Pipes

    /// Writes the assignment to standard input, and reads standard output to its end.
    private func speak(
        of assignment: Assignment, once mayBegin: @escaping @Sendable () async -> Void,
        _ report: @Sendable (WorkerEvent) async -> Void
    ) async {
        do {
            try await pipes.executeThenClose { updates, instructions in
                await mayBegin()
                var line = ByteBuffer(bytes: JSONCoding.encode(assignment))
                line.writeInteger(UInt8(ascii: "\n"))
                // A worker that ends before it has read all tells so by its end.
                try? await instructions.write(line)
                await WorkerOutput.readUpdates(updates.map(\.readableBytesView), report)
            }
        } catch {
            await report(.violation("the worker's pipes cannot be used: \(error)"))
        }
    }

    private func listen(_ report: @Sendable (WorkerEvent) async -> Void) async {
        // A failing pipe of log lines is no reason to give up the task itself.
        try? await errors.executeThenClose { lines in
            await WorkerOutput.readLog(lines.map(\.readableBytesView), report)
        }
    }

    // MARK: - The end

    /// Takes the exit status of a process that has ended; see wait(2) for its bits.
    private static func reap(_ pid: pid_t, _ descriptor: SystemPackage.FileDescriptor) -> WorkerEnd.Status {
        var status: CInt = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        try? descriptor.close()
        let signal = status & 0x7F
        return signal == 0 ? .exited(code: status >> 8 & 0xFF) : .signaled(number: signal)
    }
}

extension WorkerEnd.Status {
    /// With the signal's name, `SIGKILL`, or `SIG42` for one without.
    static func signaled(number: Int32) -> WorkerEnd.Status {
        .signaled(number: number, name: sigabbrev_np(number).map { "SIG" + String(cString: $0) } ?? "SIG\(number)")
    }
}
