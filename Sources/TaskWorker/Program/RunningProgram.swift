import Glibc
import JSON
import NIOConcurrencyHelpers
import NIOCore
import Processes
import TaskModel
import TaskOutput
import WorkerProtocol

/// The worker's program, from its start to its outcome.
final class RunningProgram {
    private let assignment: ProgramAssignment
    private let core: WorkerCore
    private let pump: OutputPump
    private let run: ProgramRun
    private let pipes: ProgramPipes
    private var exit: ProgramExit?
    /// Why the program has not run, or not to its end.
    private var error: ProgramError?

    /// - Throws: When no descriptor is left.
    init(_ assignment: ProgramAssignment, core: WorkerCore) throws(IOError) {
        self.assignment = assignment
        self.core = core
        run = try ProgramRun()
        pipes = try ProgramPipes()
        pump = OutputPump(
            OutputPump.Pipes(output: pipes.output, errors: pipes.errors, progress: pipes.progress),
            to: OutputLog(path: assignment.logPath), limit: assignment.logLimit,
            progress: assignment.program.progress
        ) { report in
            switch report {
            case .output(let output): core.send(.program(.output(output)))
            case .progress(let progress):
                core.set(progress)
                core.send(.progress(progress))
            case .invalidProgress(let line):
                log("a line on descriptor 3 reports no progress: \(line)")
            }
        }
    }

    /// Runs the program on this thread and reports its outcome.
    ///
    /// - Parameters:
    ///   - control: controls the program as long as it runs.
    ///   - onLongProgram: called when the program has run for more than a moment.
    func run(control: ProgramControl, onLongProgram: @escaping () -> Void) {
        control.begin(run)
        let marks = [
            ProgramMarks.taskName: core.assignment.taskID.description, "TASKDECK_ATTEMPT": "\(assignment.attempt)",
            ProgramMarks.instanceName: assignment.mark,
        ]
        run.run(assignment.program, marks: marks, pipes: pipes, updates: core.updates) { [self] event in
            switch event {
            // Reported by the process itself.
            case .started: break
            case .lasts:
                startPump()
                onLongProgram()
            // One that waits at its pipes could not end gracefully.
            case .ending: pump.stopWaiting()
            case .stopped: core.send(.program(.stopped))
            case .continued: core.send(.program(.continued))
            case .failed(let error): self.error = error
            case .ended(let exit): self.exit = exit
            }
        }
        finish(pump.finish())
    }

    private func startPump() {
        do throws(IOError) {
            try pump.start()
        } catch {
            // A program that cannot write is better run later, from its beginning.
            self.error = .noRoom(error.errnoCode)
            run.kill()
        }
    }

    private func finish(_ summary: OutputSummary) {
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
