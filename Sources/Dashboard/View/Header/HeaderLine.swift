/// Chooses what of a line's parts is shown: the first parts first, and of each the longest wording that has room.
///
/// A wording is shown whole or not at all: half of a number or of a word would say something else.
struct HeaderLine {
    /// A part, with its wordings from the longest to the shortest.
    struct Part {
        let wordings: [String]
        let style: Style

        init(_ wordings: [String], _ style: Style = .plain) {
            self.wordings = wordings
            self.style = style
        }
    }

    /// Who comes first where not all have room.
    enum Rule {
        /// As many parts as possible, then longer wordings.
        case allParts
        /// Each in turn, in its longest wording that has room.
        case inTurn
        /// The same, up to the first that has no room: what follows would be read as all that there is.
        case untilFull
    }

    /// What is shown of each part, in order; `nil` for one that has no room.
    private(set) var texts: [String?]
    /// Cells that all of it takes.
    private(set) var width = 0

    /// - Parameters:
    ///   - parts: the most important first.
    ///   - gap: cells between two parts.
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

    /// How many parts have no room.
    var missing: Int { texts.count { $0 == nil } }
}
