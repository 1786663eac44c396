/// How a cell looks, by what it means; the terminal decides on colours.
package struct Style: Sendable, Hashable {
    /// What a text is for.
    package enum Role: Sendable, Hashable, CaseIterable {
        case plain
        /// Less important than what stands around it.
        case muted
        /// Keys, and what else can be used.
        case accent
        case border
        case heading
        /// The states of a task.
        case running, paused, waiting, stopping, completed, failed, ended
        /// The filled part of a progress bar, the same of a task that is over, and the empty part.
        case bar, barDone, barRest
        case warning
        case error
        case success
    }

    /// What a text is for.
    package var role: Role
    package var isBold: Bool
    /// Foreground and background exchanged: the selection, buttons, cursors.
    package var isReversed: Bool
    package var isUnderlined: Bool

    package init(_ role: Role = .plain, bold: Bool = false, reversed: Bool = false, underlined: Bool = false) {
        self.role = role
        isBold = bold
        isReversed = reversed
        isUnderlined = underlined
    }

    /// Marks a place that a search has found; the current one more than others.
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
