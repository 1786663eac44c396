import TaskControl
import TaskModel

// The appearance of states: always a symbol and a word, so that colors are not needed.
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

    /// The label of an action that was requested and has not taken effect.
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
