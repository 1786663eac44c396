/// How a style looks on a terminal.
package struct Appearance: Sendable, Hashable {
    /// The number of a colour; `nil` for the terminal's own.
    ///
    /// The background is always the terminal's own, be it light or dark.
    package var color: Int?
    package var isBold = false
    package var isDim = false
    package var isReversed = false
    package var isUnderlined = false

    /// As the terminal itself writes.
    package init() {}
}
