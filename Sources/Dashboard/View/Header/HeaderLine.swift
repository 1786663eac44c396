/// A line of parts, each shown in the longest wording that fits.
///
/// A wording is never truncated: a truncated number or word would have another meaning.
struct HeaderLine {
    /// A part with its wordings, longest first.
    struct Part {
        let wordings: [String]
        let style: Style

        init(_ wordings: [String], _ style: Style = .plain) {
            self.wordings = wordings
            self.style = style
        }
    }

    /// The rule for choosing parts and wordings if not everything fits.
    enum Rule {
        /// As many parts as possible, then longer wordings.
        case allParts
        /// The longest wording that fits of each part in turn.
        case inTurn
        /// The same, up to the first part that does not fit: later parts would look like the whole list.
        case untilFull
    }

    /// The wording shown of each part; `nil` if it does not fit.
    private(set) var texts: [String?]
    /// The width of the line, in cells.
    private(set) var width = 0

    /// - Parameters:
    ///   - parts: The parts, most important first.
    ///   - gap: The number of cells between two parts.
    init(_ parts: [Part], _ rule: Rule, width limit: Int, gap: Int = 2, isUnicode: Bool) {
        func cells(_ text: String) -> Int { CellText(text, isUnicode: isUnicode, limit: limit + 1).width }
        texts = parts.map { _ in nil }
        for (index, part) in parts.enumerated() {
            let choices = rule == .allParts ? part.wordings.suffix(1) : part.wordings[...]
            let used = width > 0 ? width + gap : 0
            if let text = choices.first(where: { used + cells($0) <= limit }) {
                texts[index] = text
                width = used + cells(text)
            } else if rule == .untilFull {
                return
            }
        }
        guard rule == .allParts else { return }
        for (index, part) in parts.enumerated() {
            guard let shortest = texts[index] else { continue }
            let rest = width - cells(shortest)
            guard let longer = part.wordings.first(where: { rest + cells($0) <= limit }) else { continue }
            texts[index] = longer
            width = rest + cells(longer)
        }
    }

    /// The number of parts that do not fit.
    var missing: Int { texts.count { $0 == nil } }
}
