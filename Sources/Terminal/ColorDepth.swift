/// The number of colors of a terminal.
package enum ColorDepth: Sendable, Hashable, CaseIterable {
    case none, eight, sixteen, many

    /// - Parameters:
    ///   - colors: The number of colors.
    ///   - noColor: The value of `NO_COLOR`; it disables colors unless it is empty (https://no-color.org).
    package init(colors: Int, noColor: String?) {
        self =
            if !(noColor ?? "").isEmpty || colors < 8 { .none } else if colors < 16 { .eight } else if colors < 256 {
                .sixteen
            } else { .many }
    }
}
