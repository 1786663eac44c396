import CLinux
import Glibc
import Subprocess
package import SystemPackage
import TaskModel

/// Starts workers as processes of this machine.
package struct SubprocessLauncher: WorkerLauncher {
    /// The longest line a worker may write: a result may hold a mebibyte of the client's data, and
    /// escapes can make six of one.
    private static let lineLimit = 8 << 20

    private let executable: FilePath
    private let arguments: [String]

    /// - Parameters:
    ///   - executable: the path of `taskdeck-worker`, or of a program that starts one and passes on
    ///     its standard streams, signals and exit code.
    ///   - arguments: what that program needs.
    package init(executable: FilePath, arguments: [String] = []) {
        self.executable = executable
        self.arguments = arguments
    }

    func shortage() -> String? {
        ResourceProbe.shortage()
    }

    func run(
        _ assignment: Assignment, once mayBegin: @escaping @Sendable () async -> Void,
        report: @escaping @Sendable (WorkerEvent) async -> Void
    ) async throws(LaunchError) -> WorkerEnd {
        do {
            let line = JSONCoding.encode(assignment) + [UInt8(ascii: "\n")]
            let result = try await Subprocess.run(
                configuration, input: .inputWriter, output: .sequence, error: .sequence
            ) { execution in
                let descriptor = execution.processIdentifier.processDescriptor
                guard descriptor >= 0 else {
                    throw LaunchError(reason: "this kernel has no process descriptors; Linux 5.4 or later is needed")
                }
                let group = ProcessGroup(leader: execution.processIdentifier.value)
                await report(.started(group))
                await withDiscardingTaskGroup { tasks in
                    tasks.addTask {
                        await mayBegin()
                        // A worker that ends before it has read all tells so by its end.
                        _ = try? await execution.standardInputWriter.write(Array(line))
                    }
                    tasks.addTask { await Self.readUpdates(execution.standardOutput, report) }
                    tasks.addTask { await Self.readLog(execution.standardError, report) }
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
            throw LaunchError(reason: "\(error)")
        }
    }

    private var configuration: Configuration {
        var options = PlatformOptions()
        // A session, and so a process group, of its own: signals reach all that belongs to the
        // worker, and none that a terminal sends to the supervisor.
        options.createSession = true
        options.teardownSequence = [
            .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .seconds(1))
        ]
        return Configuration(
            executable: .path(executable), arguments: Arguments(arguments), environment: .custom(Self.environment),
            platformOptions: options)
    }

    /// The little that a worker may know: nothing of the operator's, above all no secrets.
    private static let environment: [Environment.Key: String] = [
        "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8",
    ]

    private static func status(_ status: TerminationStatus) -> WorkerEnd.Status {
        switch status {
        case .exited(let code): .exited(code: code)
        case .signaled(let number): .signaled(number: number, name: signalName(number))
        }
    }

    private static func readUpdates(
        _ output: SubprocessOutputSequence, _ report: @Sendable (WorkerEvent) async -> Void
    ) async {
        var splitter = LineSplitter(limit: lineLimit)
        do {
            for try await buffer in output {
                let pieces = buffer.withUnsafeBytes { splitter.feed($0) }
                for piece in pieces {
                    guard case .line(let line) = piece else {
                        return await report(.violation("the worker wrote a line of over \(lineLimit) bytes"))
                    }
                    do {
                        await report(.update(try JSONCoding.decode(WorkerUpdate.self, from: line.utf8)))
                    } catch {
                        let excerpt = PlainText.visible(String(line.prefix(100)))
                        return await report(.violation("the worker wrote a line that is no update: \(excerpt)"))
                    }
                }
            }
            if let rest = splitter.finish() {
                let excerpt = PlainText.visible(String(rest.prefix(100)))
                await report(.violation("the worker's last line is cut off: \(excerpt)"))
            }
        } catch {
            await report(.violation("the worker's pipe cannot be read: \(error)"))
        }
    }

    private static func readLog(
        _ output: SubprocessOutputSequence, _ report: @Sendable (WorkerEvent) async -> Void
    ) async {
        var splitter = LineSplitter(limit: LogTail.lineLimit)
        // A failing pipe of log lines is no reason to give up the task itself.
        try? await { () async throws in
            for try await buffer in output {
                for piece in buffer.withUnsafeBytes({ splitter.feed($0) }) {
                    switch piece {
                    case .line(let line), .overlong(let line): await report(.log(PlainText.visible(line)))
                    }
                }
            }
        }()
        if let rest = splitter.finish() { await report(.log(PlainText.visible(rest))) }
    }
}

/// A signal's name, `SIGKILL`, or `SIG42` for one without.
private func signalName(_ number: Int32) -> String {
    sigabbrev_np(number).map { "SIG" + String(cString: $0) } ?? "SIG\(number)"
}
