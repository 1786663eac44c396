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
/// ``run(_:report:)`` or ``shutDown()`` must be called, which reap it.
struct WorkerProcess: Sendable {
    private let pid: pid_t
    /// A pidfd.
    private let descriptor: SystemPackage.FileDescriptor
    /// Its standard output and input.
    private let pipes: NIOAsyncChannel<ByteBuffer, ByteBuffer>
    private let errors: NIOAsyncChannel<ByteBuffer, Never>

    /// Takes ownership of a process and its pipes.
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
            await Self.discard(fork)
            throw error
        }
        do {
            errors = try await bootstrap.takingOwnershipOfDescriptor(input: fork.errors.rawValue) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, Never>(wrappingChannelSynchronously: channel)
                }
            }
        } catch {
            // NIO requires that every channel is used.
            try? await pipes.executeThenClose { _, _ in }
            await Self.discard(fork)
            throw error
        }
    }

    private static func discard(_ fork: ForkedProcess) async {
        kill(fork.pid, SIGKILL)
        await ProcessExit.wait(for: fork.descriptor.rawValue)
        _ = reap(fork.pid, fork.descriptor)
    }

    /// Whether the process has not ended.
    var isAlive: Bool {
        var watched = pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0)
        return poll(&watched, 1, 0) == 0
    }

    /// Ends a worker that has no task.
    func shutDown() async {
        // By force: it has no state to lose, and may be stopped.
        kill(pid, SIGKILL)
        try? await pipes.executeThenClose { _, _ in }
        try? await errors.executeThenClose { _ in }
        await ProcessExit.wait(for: descriptor.rawValue)
        _ = Self.reap(pid, descriptor)
    }

    /// Runs a task, and returns when the process group is empty and the pipes are read to the end.
    ///
    /// - Parameters: see ``WorkerLauncher/run(_:report:)``.
    func run(
        _ assignment: Assignment, report: @escaping @Sendable (WorkerEvent) async -> Void
    ) async -> WorkerEnd {
        let group = ProcessGroup(leader: pid)
        await withTaskCancellationHandler {
            async let exit: Void = retire(group)
            await exchange(assignment, with: group, report)
            await exit
        } onCancel: {
            group.send(.kill)
        }
        let status = Self.reap(pid, descriptor)
        return WorkerEnd(status: status, reaped: 1 + (await group.reapLeftovers()))
    }

    // MARK: - Pipes

    /// Writes to standard input, and reads standard output and error to their ends.
    private func exchange(
        _ assignment: Assignment, with group: ProcessGroup,
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

    /// Returns when the worker has exited and what it has left behind is killed, which closes the pipes.
    private func retire(_ group: ProcessGroup) async {
        await ProcessExit.wait(for: descriptor.rawValue)
        group.retire()
    }

    /// Reaps a process that has ended; see wait(2) for the bits of its status.
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
