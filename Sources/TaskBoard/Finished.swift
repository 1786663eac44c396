import JSON
import TaskModel

/// A task's end.
struct Finished: Sendable {
    enum Ending: Sendable {
        case completed(JSONText)
        case failed(String)
        case terminated
        case killed

        var isCompleted: Bool { if case .completed = self { true } else { false } }

        var transition: TaskTransition {
            switch self {
            case .completed: .complete
            case .failed: .fail
            case .terminated: .terminate
            case .killed: .kill
            }
        }
    }

    let ending: Ending
    let at: Timestamp
    let exitCode: Int32?
    let termination: Termination?

    var state: TaskState {
        switch ending {
        case .completed: .completed
        case .failed: .failed
        case .terminated: .terminated
        case .killed: .killed
        }
    }
}

extension Finished {
    /// The end in a record; `nil` when the task has not ended.
    init?(_ record: TaskRecord) {
        switch record.state {
        case .completed: ending = .completed(record.result ?? .null)
        case .failed: ending = .failed(record.error ?? "")
        case .terminated: ending = .terminated
        case .killed: ending = .killed
        case .queued, .starting, .running, .paused, .stopping: return nil
        }
        at = record.finishedAt ?? record.createdAt
        exitCode = record.exitCode
        termination = record.termination
    }
}
