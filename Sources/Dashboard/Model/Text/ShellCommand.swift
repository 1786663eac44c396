import JSON
import TaskModel

/// Commands for a POSIX shell.
enum ShellCommand {
    /// The option that sends the token from an environment variable, so that the token itself is not in the clipboard.
    static let tokenOption = "-H \"Authorization: Bearer $TASKDECK_TOKEN\""

    /// The command that submits a draft.
    static func curl(_ draft: TaskDraft, to address: String, needsToken: Bool = false) -> String {
        let body = JSONText(.object(draft.members)).string
        let token = needsToken ? tokenOption + " " : ""
        let socket = socketOption(for: address)
        let base = socket == nil ? address : "http://localhost"
        return "curl \(socket.map { $0 + " " } ?? "")\(token)--json \(quoted(escaped(body))) \(base)/tasks"
    }

    /// curl's option for a service that is reached by its Unix socket; `nil` for another address.
    static func socketOption(for address: String) -> String? {
        guard address.hasBytePrefix(socketScheme) else { return nil }
        return "--unix-socket \(quoted(String(address.dropFirst(socketScheme.count))))"
    }

    /// The beginning of the address of a service that is reached by its Unix socket.
    private static let socketScheme = "unix:"

    /// JSON with escapes for characters that terminals and line editors interpret or do not show: DEL erases, U+2028
    /// ends a line.
    private static func escaped(_ json: String) -> String {
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

    /// A text quoted as one word.
    static func quoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
