/// The appearance of a style on a terminal.
package struct Appearance: Sendable, Hashable {
    /// The number of a color; `nil` for the terminal's default.
    ///
    /// The background is always the default, light or dark.
    package var color: Int?
    package var isBold = false
    package var isDim = false
    package var isReversed = false
    package var isUnderlined = false

    /// The terminal's default appearance.
    package init() {}
}
