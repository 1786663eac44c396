// Styles as control sequences: Select Graphic Rendition (ECMA-48, 8.3.117).
extension [StyledText] {
    private static let escape: Unicode.Scalar = "\u{1B}"

    /// The text with a sequence before each change of style.
    package var textWithSequences: String {
        var text = ""
        var style = TerminalStyle()
        for part in self {
            if part.style != style { text += "\u{1B}[\(part.style.parameters)m" }
            style = part.style
            text += part.text
        }
        return text
    }

    /// Reads ``textWithSequences``; other control sequences stay text, without their first character.
    package init(withSequences text: String) {
        self.init()
        var style = TerminalStyle()
        let pieces = text.unicodeScalars.split(separator: Self.escape, omittingEmptySubsequences: false)
        for (index, piece) in pieces.enumerated() {
            var rest = piece
            if index > 0, rest.first == "[", let end = rest.firstIndex(where: { $0.value == 0x6D }),
                Self.areParameters(rest[..<end])
            {
                style.apply(rest[..<end].dropFirst().map { UInt8(ascii: $0) })
                rest = rest[rest.index(after: end)...]
            }
            if !rest.isEmpty { append(StyledText(String(rest), style)) }
        }
    }

    private static func areParameters(_ text: Substring.UnicodeScalarView) -> Bool {
        text.dropFirst().allSatisfy { ("0"..."9").contains($0) || $0 == ";" || $0 == ":" }
    }
}

extension TerminalStyle {
    /// The parameters that set this style, whatever the style was before.
    fileprivate var parameters: String {
        let attributes = [
            (isBold, "1"), (isFaint, "2"), (isItalic, "3"), (isUnderlined, "4"), (isReversed, "7"), (isStruck, "9"),
        ]
        let colors = [foreground.map { $0.parameters(38) }, background.map { $0.parameters(48) }]
        return (["0"] + attributes.filter(\.0).map(\.1) + colors.compactMap(\.self)).joined(separator: ";")
    }
}

extension TerminalColor {
    fileprivate func parameters(_ code: Int) -> String {
        switch self {
        case .palette(let number): "\(code);5;\(number)"
        case .rgb(let red, let green, let blue): "\(code);2;\(red);\(green);\(blue)"
        }
    }
}
