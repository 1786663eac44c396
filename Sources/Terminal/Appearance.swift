/// The appearance of a style on a terminal.
package struct Appearance: Sendable, Hashable {
    /// The number of the color of characters; `nil` for the terminal's default.
    package var color: Int?
    /// The number of the color behind characters; `nil` for the terminal's default, light or dark.
    ///
    /// Only programs choose one.
    package var background: Int?
    package var isBold = false
    package var isDim = false
    package var isReversed = false
    package var isUnderlined = false
    package var isItalic = false

    /// The terminal's default appearance.
    package init() {}
}
