package import TaskModel

/// The style of a cell by its meaning; the terminal chooses the colors.
package struct Style: Sendable, Hashable {
    /// The meaning of a text.
    package enum Role: Sendable, Hashable, CaseIterable {
        case plain
        /// Less important than the surrounding text.
        case muted
        /// Keys and other controls.
        case accent
        case border
        case heading
        /// The states of a task.
        case running, paused, waiting, stopping, completed, failed, ended
        /// The filled part of a progress bar, that of a finished task, and the empty part.
        case bar, barDone, barRest
        case warning
        case error
        case success
    }

    /// The meaning of the text.
    package var role: Role
    package var isBold: Bool
    /// Whether foreground and background are exchanged: selection, buttons, cursors.
    package var isReversed: Bool
    package var isUnderlined: Bool
    /// The style that a program has chosen for its output; `nil` for the dashboard's own texts.
    package var program: TerminalStyle?

    package init(_ role: Role = .plain, bold: Bool = false, reversed: Bool = false, underlined: Bool = false) {
        self.role = role
        isBold = bold
        isReversed = reversed
        isUnderlined = underlined
    }

    /// The style of a program's output.
    init(program: TerminalStyle) {
        self.init(.plain)
        if program != TerminalStyle() { self.program = program }
    }

    /// Marks a match of a search; the current one is reversed.
    mutating func markFound(isCurrent: Bool) {
        isBold = true
        if isCurrent { isReversed = true } else { isUnderlined = true }
    }

    var isBar: Bool { role == .bar || role == .barDone || role == .barRest }

    package static let plain = Style()
    package static let muted = Style(.muted)
    package static let accent = Style(.accent)
    package static let border = Style(.border)
    package static let bold = Style(bold: true)
}
