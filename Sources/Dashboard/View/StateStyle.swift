import TaskControl
import TaskModel

// How states look: always a symbol and a word, so that nobody has to see colours.
extension Style.Role {
    init(_ state: TaskState) {
        self =
            switch state {
            case .queued, .starting: .waiting
            case .running: .running
            case .paused: .paused
            case .stopping: .stopping
            case .completed: .completed
            case .failed: .failed
            case .terminated, .killed: .ended
            }
    }

    init(_ level: LogLevel) {
        self =
            switch level {
            case .trace, .debug: .muted
            case .info, .notice: .plain
            case .warning: .warning
            case .error, .critical: .error
            }
    }
}

extension Glyphs {
    func symbol(_ state: TaskState) -> String {
        switch state {
        case .queued: isUnicode ? "○" : "."
        case .starting: isUnicode ? "◌" : ":"
        case .running: isUnicode ? "●" : ">"
        case .paused: isUnicode ? "‖" : "="
        case .stopping: isUnicode ? "▾" : "v"
        case .completed: isUnicode ? "✓" : "+"
        case .failed: isUnicode ? "✗" : "x"
        case .terminated: isUnicode ? "■" : "-"
        case .killed: isUnicode ? "†" : "X"
        }
    }

    /// What has been asked of a task and has not had its effect.
    func pending(_ action: TaskAction) -> String {
        let word =
            switch action {
            case .pause: "pausing"
            case .resume: "resuming"
            case .terminate: "stopping"
            case .kill: "killing"
            }
        return "\(symbol(.starting)) \(word)\(ellipsis)"
    }
}
