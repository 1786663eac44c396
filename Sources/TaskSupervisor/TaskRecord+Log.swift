import Logging
import TaskModel

// The log lines of a task's state.
extension TaskRecord {
    /// `debug` for states that a task passes through in a moment, `warning` for a failed attempt.
    var logLevel: Logger.Level {
        switch state {
        case .failed: .warning
        case .queued: failedAttempt == nil ? .info : .warning
        case .starting, .stopping: .debug
        case .running, .paused, .completed, .terminated, .killed: .info
        }
    }

    /// Id, type, and the state or the failed attempt, in one line.
    var logSentence: String {
        var sentence = "\(id) \(type) "
        switch state {
        case .running, .paused: sentence += "\(state.rawValue) pid \(pid ?? 0) port \(workerPort ?? 0)"
        case .failed:
            sentence += "failed" + (attempt > 1 ? " after \(attempt) attempts" : "") + ": \(error ?? "")"
        case .queued:
            if let failed = failedAttempt {
                sentence +=
                    "attempt \(failed.attempt.number) of \(attemptLimit): \(failed.attempt.error), next in "
                    + Self.seconds(failed.next.since(failed.attempt.finishedAt))
            } else {
                sentence += "queued" + (attempts.last.map { " again after attempt \($0.number): \($0.error)" } ?? "")
            }
        case .starting, .stopping, .completed, .terminated, .killed: sentence += state.rawValue
        }
        if let termination = termination {
            sentence +=
                (state == .failed ? "; ended" : "")
                + " by \(termination.stage.rawValue) in \(termination.milliseconds) ms"
        }
        return sentence
    }

    /// The line for a task that stays in a state that tasks pass through in a moment.
    func lingeringSentence(for duration: Duration) -> String {
        "\(id) \(type) \(state.rawValue) for \(Self.seconds(duration)) pid \(pid.map(String.init) ?? "-")"
    }

    /// The line for a task whose worker has not ended within the grace period.
    func forcedSentence(after duration: Duration) -> String {
        "\(id) \(type) \(state.rawValue): its worker has not ended for \(Self.seconds(duration)), SIGKILL sent"
    }

    /// The attempt that has failed and the time of the next one; `nil` where none follows.
    private var failedAttempt: (attempt: TaskAttempt, next: Timestamp)? {
        guard let last = attempts.last, let time = retryAt else { return nil }
        return (last, time)
    }

    /// With at most one decimal: `2 s`, `0.5 s`.
    private static func seconds(_ duration: Duration) -> String {
        let tenths = (duration.wholeMilliseconds + 50) / 100
        return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
    }
}
