import JSON
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
    /// The option that sends the token, from the variable that the service reads it from: a clipboard is no place for it.
    static let tokenOption = "-H \"Authorization: Bearer $TASKDECK_TOKEN\""

    /// The command that has a service make a task.
    static func curl(_ draft: TaskDraft, to address: String, needsToken: Bool = false) -> String {
        let body = JSONText(.object(draft.members)).string
        return "curl \(needsToken ? tokenOption + " " : "")--json \(quoted(typeable(body))) \(address)/tasks"
    }

    /// JSON without the characters that terminals and line editors act on, or do not show: DEL erases, and U+2028 ends
    /// a line.
    private static func typeable(_ json: String) -> String {
        var text = ""
        for scalar in json.unicodeScalars {
            switch scalar.value {
            case 0x7F...0x9F, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    /// A word that every POSIX shell reads as this text.
    static func quoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
