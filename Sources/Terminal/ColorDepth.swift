/// Which colours a terminal has.
package enum ColorDepth: Sendable, Hashable, CaseIterable {
    case none, eight, sixteen, many

    /// - Parameters:
    ///   - colors: how many the terminal has.
    ///   - noColor: the variable `NO_COLOR`, which counts unless it is empty (https://no-color.org).
    package init(colors: Int, noColor: String?) {
        self =
            if !(noColor ?? "").isEmpty || colors < 8 { .none } else if colors < 16 { .eight } else if colors < 256 {
                .sixteen
            } else { .many }
    }
}
