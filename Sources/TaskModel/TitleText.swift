/// Text of a client made safe to show in one line.
package enum TitleText {
    /// The text in one line: line ends and control characters as one space, marks that turn the direction of text left
    /// out, spaces at both ends too.
    ///
    /// - Parameter limit: the most code points; of longer texts the end is replaced by `…`.
    package static func line(_ text: String, atMost limit: Int) -> String {
        if isLine(text, atMost: limit) { return text }
        var line = String.UnicodeScalarView()
        var count = 0
        for scalar in text.unicodeScalars {
            let shown: Unicode.Scalar
            switch kind(of: scalar) {
            case .plain: shown = scalar
            case .gap: shown = " "
            case .hidden: continue
            }
            if shown == " ", count == 0 || shown != scalar && line.last == " " { continue }
            guard count < limit else {
                line.removeLast()
                line.append("…")
                break
            }
            line.append(shown)
            count += 1
        }
        while line.last == " " { line.removeLast() }
        return String(line)
    }

    /// Whether the text can stay as it is.
    private static func isLine(_ text: String, atMost limit: Int) -> Bool {
        let scalars = text.unicodeScalars
        // As bytes: a text may be long.
        guard text.utf8.count <= 4 * limit, scalars.count <= limit else { return false }
        return scalars.first != " " && scalars.last != " " && scalars.allSatisfy { kind(of: $0) == .plain }
    }

    private enum Kind {
        case plain
        /// Shown as a space.
        case gap
        case hidden
    }

    private static func kind(of scalar: Unicode.Scalar) -> Kind {
        if (0x20..<0x7F).contains(scalar.value) { return .plain }
        // Joiners, on which scripts and emoji depend.
        if scalar.value == 0x200C || scalar.value == 0x200D { return .plain }
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: return .gap
        case .format: return .hidden
        default: return .plain
        }
    }
}
