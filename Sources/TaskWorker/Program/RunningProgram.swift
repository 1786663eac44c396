import Glibc
import JSON
import NIOConcurrencyHelpers
import NIOCore
import Processes
import TaskModel
import TaskOutput
import WorkerProtocol

/// The worker's program, from its start to its outcome.
final class RunningProgram: Sendable {
    private struct State {
        var exit: ProgramExit?
        var error: ProgramError?
    }

    /// The seconds from which on a program needs the threads by which it can be controlled.
    private static let longProgramThreshold = 0.003

    private let assignment: ProgramAssignment
    private let core: WorkerCore
    private let state = NIOLockedValueBox(State())
    /// Signaled when the program has ended.
    private let ended = ConditionLock(value: false)

    init(_ assignment: ProgramAssignment, core: WorkerCore) {
        self.assignment = assignment
        self.core = core
    }

    /// Runs the program and reports its outcome.
    ///
    /// - Parameters:
    ///   - control: controls the program as long as it runs.
    ///   - onLongProgram: called when the program has run for more than a moment.
    func run(control: ProgramControl, onLongProgram: () -> Void) {
        do throws(IOError) {
            let pipes = try ProgramPipes()
            let pump = try OutputPump(
                OutputPump.Pipes(output: pipes.output, errors: pipes.errors, progress: pipes.progress),
                to: OutputLog(path: assignment.logPath), limit: assignment.logLimit,
                progress: assignment.program.progress, onReport: report)
            let marks = [
                ProgramMarks.taskName: core.assignment.taskID.description, "TASKDECK_ATTEMPT": "\(assignment.attempt)",
                ProgramMarks.instanceName: assignment.mark,
            ]
            do throws(IOError) {
                control.begin(
                    try ProgramRun(
                        assignment.program, marks: marks, pipes: pipes, updates: core.updates, onEvent: handle))
            } catch {
                _ = pump.finish()
                throw error
            }
            if !ended.lock(whenValue: true, timeoutSeconds: Self.longProgramThreshold) {
                onLongProgram()
                ended.lock(whenValue: true)
            }
            ended.unlock()
            finish(pump.finish())
        } catch {
            core.finish(.resourcesExhausted("no room for a program: \(String(cString: strerror(error.errnoCode)))"))
        }
    }

    private func report(_ report: OutputReport) {
        switch report {
        case .output(let output): core.send(.program(.output(output)))
        case .progress(let progress):
            core.set(progress)
            core.send(.progress(progress))
        case .invalidProgress(let line):
            log("a line on descriptor 3 reports no progress: \(line)")
        }
    }

    /// Called on the program's thread.
    private func handle(_ event: ProgramEvent) {
        switch event {
        // Reported by the process itself.
        case .started: break
        case .stopped: core.send(.program(.stopped))
        case .continued: core.send(.program(.continued))
        case .failed(let error): end { $0.error = error }
        case .ended(let exit): end { $0.exit = exit }
        }
    }

    private func end(_ change: (inout State) -> Void) {
        state.withLockedValue { change(&$0) }
        ended.lock()
        ended.unlock(withValue: true)
    }

    private func finish(_ summary: OutputSummary) {
        let (exit, error) = state.withLockedValue { ($0.exit, $0.error) }
        let output = WorkerUpdate.program(.output(summary.output))
        if let error {
            return core.finish(error.mayPass ? .resourcesExhausted("\(error)") : .failed("\(error)"), after: output)
        }
        let end = WorkerUpdate.program(
            .ended(
                ProgramSummary(
                    end: exit?.end, lastLine: summary.lastLine, leftBehind: exit?.leftBehind ?? 0,
                    remaining: exit?.remaining.map(\.pid) ?? [])))
        core.finish(outcome(of: exit?.end), after: output, end)
    }

    private func outcome(of end: ProgramEnd?) -> WorkOutcome {
        if core.isStopRequested { return core.stopOutcome }
        switch end {
        case .exited(let code)? where assignment.program.successCodes.contains(code):
            return .completed(JSONText(["exit_code": .integer(Int64(code))]))
        case let end?: return .failed("\(end)")
        case nil: return .failed("the program could not be killed")
        }
    }
}

/// Controls a program once it has begun.
final class ProgramControl: WorkControl {
    private let run = NIOLockedValueBox<ProgramRun?>(nil)

    func begin(_ run: ProgramRun) { self.run.withLockedValue { $0 = run } }

    func pause(_ report: @escaping @Sendable () -> Void) {
        run.withLockedValue(\.self)?.pause { isPaused in if isPaused { report() } }
    }

    func resume(_ report: @escaping @Sendable () -> Void) {
        run.withLockedValue(\.self)?.resume { isThere in if isThere { report() } }
    }

    func stop() { run.withLockedValue(\.self)?.stop() }

    func kill() { run.withLockedValue(\.self)?.kill() }
}
