/// A color as programs choose it on a terminal.
package enum TerminalColor: Sendable, Hashable {
    /// 0…255: the 16 colors of the palette, bright ones from 8, a cube of 216, and 24 grays.
    case palette(UInt8)
    case rgb(red: UInt8, green: UInt8, blue: UInt8)
}

/// The style of text as programs choose it on a terminal.
package struct TerminalStyle: Sendable, Hashable {
    /// `nil` for the terminal's own.
    package var foreground: TerminalColor?
    package var background: TerminalColor?
    package var isBold = false
    package var isFaint = false
    package var isItalic = false
    package var isUnderlined = false
    package var isReversed = false
    package var isStruck = false

    package init() {}

    /// Applies Select Graphic Rendition (ECMA-48, 8.3.117, and xterm's colors).
    ///
    /// - Parameter parameters: digits, `;` and `:`.
    package mutating func apply(_ parameters: [UInt8]) {
        let fields = parameters.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
            .map { $0.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).map(Self.number) }
        var position = 0
        while position < fields.count {
            let field = fields[position]
            position += 1
            let code = field[0] ?? 0
            guard code == 38 || code == 48 else {
                apply(code, isOff: field.count > 1 && field[1] == 0)
                continue
            }
            let color: TerminalColor?
            if field.count > 1 {
                color = Self.color(field.dropFirst())
            } else {
                // The older way: the color's numbers are fields of their own.
                let rest = fields[position...].map { $0[0] }
                color = Self.color(rest[...])
                position += rest.first == 2 ? 4 : 2
            }
            guard let color else { continue }
            if code == 38 { foreground = color } else { background = color }
        }
    }

    private mutating func apply(_ code: Int, isOff: Bool) {
        switch code {
        case 0: self = TerminalStyle()
        case 1: isBold = true
        case 2: isFaint = true
        case 3: isItalic = true
        case 4: isUnderlined = !isOff
        case 7: isReversed = true
        case 9: isStruck = true
        case 21: isUnderlined = true
        case 22: (isBold, isFaint) = (false, false)
        case 23: isItalic = false
        case 24: isUnderlined = false
        case 27: isReversed = false
        case 29: isStruck = false
        case 30...37: foreground = .palette(UInt8(code - 30))
        case 39: foreground = nil
        case 40...47: background = .palette(UInt8(code - 40))
        case 49: background = nil
        case 90...97: foreground = .palette(UInt8(code - 90 + 8))
        case 100...107: background = .palette(UInt8(code - 100 + 8))
        // Text that is to be hidden, or blinks, is shown as it is.
        default: break
        }
    }

    /// `5;N`, `2;R;G;B`, or `2::R:G:B` with a color space, which nothing uses.
    private static func color(_ numbers: ArraySlice<Int?>) -> TerminalColor? {
        guard let kind = numbers.first else { return nil }
        let rest = numbers.dropFirst()
        switch kind {
        case 5: return rest.first.flatMap { $0 }.flatMap(UInt8.init(exactly:)).map(TerminalColor.palette)
        case 2:
            let parts = (rest.count == 4 && rest.first == .some(nil) ? rest.dropFirst() : rest).prefix(3)
                .compactMap { UInt8(exactly: $0 ?? 0) }
            guard parts.count == 3 else { return nil }
            return .rgb(red: parts[0], green: parts[1], blue: parts[2])
        default: return nil
        }
    }

    private static func number(_ text: ArraySlice<UInt8>) -> Int? {
        text.isEmpty ? nil : Int(String(decoding: text, as: UTF8.self)) ?? Int.max
    }
}

/// Text in one style.
package struct StyledText: Sendable, Hashable {
    package var text: String
    package var style: TerminalStyle

    package init(_ text: String, _ style: TerminalStyle = TerminalStyle()) {
        self.text = text
        self.style = style
    }
}
