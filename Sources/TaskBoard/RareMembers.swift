import TaskModel
import WorkerProtocol

/// What few tasks have: a program, or a task that they run again.
///
/// Indirect: with a million tasks, each slot of their table then has the size of a pointer.
indirect enum RareMembers: Sendable {
    case none
    case present(Values)

    struct Values: Sendable {
        /// See ``TaskRecord/retryOf``.
        var retryOf: TaskID?
        /// The program of this attempt; `nil` until it has started.
        var program: RunningProgram?
    }

    /// A program as its worker has described it.
    struct RunningProgram: Sendable {
        /// `nil` for one of an earlier service.
        var process: ProgramProcess?
        var output = ProgramOutput()
        /// When a signal stopped it that the worker had not sent; `nil` while it runs.
        var stoppedSince: Timestamp?
        /// Its end; `nil` until then.
        var summary: ProgramSummary?
    }

    var values: Values {
        get { if case .present(let values) = self { values } else { Values() } }
        set { self = newValue.retryOf == nil && newValue.program == nil ? .none : .present(newValue) }
    }

    init(_ record: TaskRecord) {
        self = .none
        guard record.retryOf != nil || record.output != nil else { return }
        var values = Values(retryOf: record.retryOf)
        if let output = record.output {
            values.program = RunningProgram(output: output)
            if let leftBehind = record.leftBehind {
                let end =
                    record.signal.map { ProgramEnd.signaled(name: $0, dumpedCore: false) }
                    ?? record.exitCode.map(ProgramEnd.exited)
                values.program?.summary = ProgramSummary(end: end, lastLine: nil, leftBehind: leftBehind)
            }
        }
        self.values = values
    }
}

extension RareMembers.RunningProgram {
    /// The exit code; `nil` before the end and after a signal.
    var exitCode: Int32? { if case .exited(let code)? = summary?.end { code } else { nil } }

    /// The signal that was its end.
    var signal: String? { if case .signaled(let name, _)? = summary?.end { name } else { nil } }

    /// The error of a task whose program has failed; `nil` when it has not ended.
    var error: String? {
        guard let summary, let end = summary.end else { return nil }
        guard summary.remaining.isEmpty else {
            let pids = summary.remaining.map(String.init).joined(separator: ", ")
            return "\(end); processes that could not be killed: \(pids)"
        }
        return ProgramErrorText.text(end, lastLine: summary.lastLine)
    }
}
