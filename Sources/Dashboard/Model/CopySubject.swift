import TaskModel

/// What can be copied at the moment a menu for it opens; neither tasks nor lines change places in it afterwards.
struct CopySubject: Sendable, Hashable {
    /// The tasks in question.
    let tasks: [TaskID]
    /// A line of the log, as it is written to files; `nil` where none is in view.
    let line: String?
}

/// Something to copy.
enum CopyItem: Sendable, Hashable, CaseIterable {
    case id, curl, result, error, line

    var key: Unicode.Scalar {
        switch self {
        case .id: "i"
        case .curl: "c"
        case .result: "r"
        case .error: "e"
        case .line: "l"
        }
    }

    var name: String {
        switch self {
        case .id: "id"
        case .curl: "curl command"
        case .result: "result"
        case .error: "error"
        case .line: "log line"
        }
    }
}

/// A command for a shell.
enum ShellCommand {
    /// The command that has a service make a task.
    static func curl(_ draft: TaskDraft, to address: String) -> String {
        let body = JSONText(.object(draft.members)).string
        return "curl --json \(quoted(body)) \(address)/tasks"
    }

    /// A word that every POSIX shell reads as this text.
    static func quoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
