import Logging
import TaskModel

// How a change of a task's state is logged.
extension TaskRecord {
    /// - Parameter isProbe: whether launches only find out whether there is room again.
    func logLevel(isProbe: Bool) -> Logger.Level {
        switch state {
        case .failed: .warning
        case .starting where isProbe: .debug
        default: .info
        }
    }

    /// One line, which begins with id, type and state.
    var logSentence: String {
        var sentence = "\(id) \(type) \(state.rawValue)"
        switch state {
        case .running, .paused: sentence += " pid \(pid ?? 0) port \(workerPort ?? 0)"
        case .failed: sentence += ": \(error ?? "")"
        case .queued:
            if let last = attempts.last, let time = retryAt {
                sentence += " again at \(time) after attempt \(last.number): \(last.error)"
            }
        case .starting, .stopping, .completed, .terminated, .killed: break
        }
        if let termination = termination {
            sentence += " by \(termination.stage.rawValue) in \(termination.milliseconds) ms"
        }
        return sentence
    }
}
