/// The help, generated from the key bindings.
enum HelpText {
    enum Line: Sendable, Hashable {
        case heading(String)
        case key(String, explanation: String)
    }

    static let keyWidth = 18

    static let lines: [Line] = {
        var lines: [Line] = []
        for group in DashboardAction.Group.allCases {
            lines.append(.heading(group.rawValue))
            for action in DashboardAction.allCases where action.binding.group == group {
                lines.append(.key(action.binding.label, explanation: action.binding.explanation))
            }
        }
        lines.append(.heading("Function keys"))
        lines += DashboardAction.functionKeys.map { .key($0.keys, explanation: $0.explanation) }
        lines.append(.heading("Moving about"))
        lines += Motion.explanation.map { .key($0.keys, explanation: $0.explanation) }
        lines.append(.heading("Mouse"))
        lines.append(.key("click", explanation: "select; again: open; headings sort; the last line acts"))
        lines.append(.key("Shift-click", explanation: "the terminal's own selection, to copy text"))
        return lines
    }()

    /// The number of lines on the screen.
    static func page(on size: Size) -> Int {
        ScreenLayout(size: size, logIsFull: false).detailLines
    }
}
