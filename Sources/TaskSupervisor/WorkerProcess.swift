import CLinux
import Glibc
import JSON
import NIOCore
import NIOPosix
import SystemPackage
import TaskBoard
import WorkerProtocol

/// A forked worker, from before its task to its end.
///
/// Has to be given a task, ``work(at:report:)``, or be dismissed; only then is it reaped.
struct WorkerProcess: Sendable {
    private let pid: pid_t
    /// A pidfd.
    private let descriptor: SystemPackage.FileDescriptor
    /// Its standard output, and the way to its standard input.
    private let pipes: NIOAsyncChannel<ByteBuffer, ByteBuffer>
    private let errors: NIOAsyncChannel<ByteBuffer, Never>

    /// Takes over a process and its pipes, ready to be read.
    ///
    /// - Throws: The error of NIO when it cannot use the pipes; the process has been ended then.
    init(_ fork: ForkedProcess, on eventLoops: any EventLoopGroup) async throws {
        (pid, descriptor) = (fork.pid, fork.descriptor)
        let bootstrap = NIOPipeBootstrap(group: eventLoops)
        do {
            pipes = try await bootstrap.takingOwnershipOfDescriptors(
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
            errors = try await bootstrap.takingOwnershipOfDescriptor(input: fork.errors.rawValue) { channel in
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

    /// Ends a worker that has no task, also one that is stopped.
    func dismiss() async {
        // It has nothing to lose, and is not reaped yet.
        kill(pid, SIGKILL)
        try? await pipes.executeThenClose { _, _ in }
        try? await errors.executeThenClose { _ in }
        await ProcessExit.wait(for: descriptor.rawValue)
        _ = Self.reap(pid, descriptor)
    }

    /// Gives the worker its task and stays until its process group is empty and its pipes are read to the end.
    ///
    /// - Parameters: as of ``WorkerLauncher/run(_:report:)``.
    func work(
        at assignment: Assignment, report: @escaping @Sendable (WorkerEvent) async -> Void
    ) async -> WorkerEnd {
        let group = ProcessGroup(leader: pid)
        await withTaskCancellationHandler {
            async let exit: Void = retire(group)
            await converse(about: assignment, with: group, report)
            await exit
        } onCancel: {
            group.send(.kill)
        }
        let status = Self.reap(pid, descriptor)
        return WorkerEnd(status: status, reaped: 1 + (await group.reapLeftovers()))
    }

    // MARK: - Pipes

    /// Writes to standard input, and reads standard output and error to their ends.
    private func converse(
        about assignment: Assignment, with group: ProcessGroup,
        _ report: @escaping @Sendable (WorkerEvent) async -> Void
    ) async {
        do {
            try await errors.executeThenClose { lines in
                try await pipes.executeThenClose { updates, instructions in
                    await report(.started(group))
                    async let _ = group.stops.report(report)
                    // The end of a worker that exits before it has read all is reported by its exit status.
                    async let _: Void? = try? instructions.write(
                        ByteBuffer(bytes: JSONCoding.encode(assignment) + [UInt8(ascii: "\n")]))
                    await withDiscardingTaskGroup { tasks in
                        tasks.addTask { await WorkerOutput.readLog(lines.map(\.readableBytesView), report) }
                        await WorkerOutput.readUpdates(updates.map(\.readableBytesView), report)
                    }
                }
            }
        } catch {
            await report(.violation("the worker's pipes cannot be used: \(error)"))
        }
    }

    // MARK: - The end

    /// Returns when the worker has exited and what it has left behind is killed, which so lets go of the pipes.
    private func retire(_ group: ProcessGroup) async {
        await ProcessExit.wait(for: descriptor.rawValue)
        group.retire()
    }

    /// Takes the exit status of a process that has ended; see wait(2) for its bits.
    private static func reap(_ pid: pid_t, _ descriptor: SystemPackage.FileDescriptor) -> WorkerEnd.Status {
        let status = Children.shared.reap(pid)
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
