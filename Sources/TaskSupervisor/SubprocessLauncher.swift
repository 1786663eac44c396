import CLinux
import Glibc
import JSON
import NIOConcurrencyHelpers
import Subprocess
import SystemPackage
import TaskBoard
import WorkerProtocol

/// Launches a program for every task, any that behaves as a worker.
///
/// ``ForkingLauncher`` is for the worker program of this service.
struct SubprocessLauncher: WorkerLauncher {
    /// Four pipes, one of them for the error of exec, and a process descriptor.
    private static let descriptorsOfLaunch: CInt = 9

    private let executable: FilePath

    /// - Parameter executable: the path of `taskdeck-worker`, or of a program that starts one and passes on its standard
    ///   streams, signals and exit code.
    init(executable: FilePath) {
        self.executable = executable
    }

    func run(
        _ assignment: Assignment, report: @escaping @Sendable (WorkerEvent) async -> Void
    ) async throws(LaunchError) -> WorkerEnd {
        guard let free = DescriptorLimit.lowestFree(), !DescriptorLimit.isReserved(free + Self.descriptorsOfLaunch)
        else {
            throw LaunchError(reason: DescriptorLimit.explanation)
        }
        let child = SubprocessChild()
        defer { child.end() }
        do {
            let line = JSONCoding.encode(assignment) + [UInt8(ascii: "\n")]
            let result = try await Subprocess.run(
                .worker(executable, []), input: .inputWriter, output: .sequence, error: .sequence
            ) { execution in
                child.begin(execution.processIdentifier.value)
                let descriptor = execution.processIdentifier.processDescriptor
                guard descriptor >= 0 else {
                    throw LaunchError(reason: "this kernel has no process descriptors; Linux 5.4 or later is needed")
                }
                let group = ProcessGroup(leader: execution.processIdentifier.value)
                await report(.started(group))
                async let _ = group.stops.report(report)
                await withDiscardingTaskGroup { tasks in
                    tasks.addTask {
                        // The end of a worker that exits before it has read all is reported by its exit status.
                        _ = try? await execution.standardInputWriter.write(Array(line))
                    }
                    tasks.addTask { await WorkerOutput.readUpdates(Self.chunks(of: execution.standardOutput), report) }
                    tasks.addTask { await WorkerOutput.readLog(Self.chunks(of: execution.standardError), report) }
                    tasks.addTask {
                        await ProcessExit.wait(for: descriptor)
                        group.retire()
                    }
                }
                return group
            }
            let leftovers = await result.closureResult.reapLeftovers()
            return WorkerEnd(status: Self.status(result.terminationStatus), reaped: 1 + leftovers)
        } catch let error as LaunchError {
            throw error
        } catch {
            throw LaunchError(error, running: executable)
        }
    }

    private static func chunks(
        of output: SubprocessOutputSequence
    ) -> AsyncMapSequence<SubprocessOutputSequence, [UInt8]> {
        output.map { $0.withUnsafeBytes { Array($0) } }
    }

    private static func status(_ status: TerminationStatus) -> WorkerEnd.Status {
        switch status {
        case .exited(let code): .exited(code: code)
        case .signaled(let number): .signaled(number: number)
        }
    }
}

/// A child that `Subprocess` spawns and reaps.
final class SubprocessChild: Sendable {
    private let spawn = Children.shared.beginSpawn()
    private let pid = NIOLockedValueBox<pid_t?>(nil)

    func begin(_ pid: pid_t) {
        self.pid.withLockedValue { $0 = pid }
        spawn.end(with: pid)
    }

    /// To be called when it has been reaped, or could not be spawned.
    func end() {
        if let pid = pid.withLockedValue(\.self) { Children.shared.release(pid) } else { spawn.end(with: nil) }
    }
}

extension LaunchError {
    /// An error of `Subprocess`.
    init(_ error: any Error, running executable: FilePath) {
        if let error = error as? LaunchError {
            self = error
        } else {
            let cause = (error as? SubprocessError)?.underlyingError.map { "\($0)" } ?? "\(error)"
            self.init(reason: "'\(executable)' cannot be run: \(cause)")
        }
    }
}

extension Configuration {
    /// Minimal: a worker must not see the operator's environment, above all no secrets.
    private static let workerEnvironment: [Environment.Key: String] = [
        "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8",
    ]

    /// The configuration of the supervisor's child processes.
    static func worker(_ executable: FilePath, _ arguments: Arguments) -> Configuration {
        var options = PlatformOptions()
        // A session, and so a process group, of its own: signals reach all of a worker's processes, and a terminal's
        // signals to the supervisor none of them.
        options.createSession = true
        options.teardownSequence = [
            .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .seconds(1))
        ]
        return Configuration(
            executable: .path(executable), arguments: arguments, environment: .custom(workerEnvironment),
            platformOptions: options)
    }
}
