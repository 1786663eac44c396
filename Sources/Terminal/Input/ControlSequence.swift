import Dashboard

/// A control sequence (CSI) of ECMA-48, without its final byte.
///
/// Only the parts of keys and mouse reports are stored, whatever the length of the sequence.
struct ControlSequence: Sendable {
    private static let parameterLimit = 3
    private static let valueLimit = 65_535

    /// One of `<`, `=`, `>`, `?` before the parameters; `nil` if there is none.
    private(set) var marker: UInt8?
    private(set) var parameters: [Int] = []
    /// Whether the sequence has parts that no key and no mouse report has: intermediate bytes, subparameters, more
    /// parameters.
    private(set) var isForeign = false
    private(set) var isEmpty = true

    mutating func append(_ byte: UInt8) {
        defer { isEmpty = false }
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            if parameters.isEmpty { parameters = [0] }
            let last = parameters.count - 1
            parameters[last] = min(parameters[last] * 10 + Int(byte - UInt8(ascii: "0")), Self.valueLimit)
        case UInt8(ascii: ";"):
            if parameters.isEmpty { parameters = [0] }
            if parameters.count < Self.parameterLimit { parameters.append(0) } else { isForeign = true }
        case UInt8(ascii: "<")...UInt8(ascii: "?") where isEmpty: marker = byte
        default: isForeign = true
        }
    }

    /// Whether a `$` would end the sequence, as rxvt sends for keys with Shift: `ESC [ 2 3 $`.
    ///
    /// Otherwise `$` is an intermediate byte, as in mode reports: `ESC [ ? 2026 ; 2 $ y`.
    var endsWithDollar: Bool { marker == nil && !isForeign && parameters.count == 1 }

    /// The key of the sequence; `nil` for other sequences, including keys with modifiers.
    func key(final: UInt8) -> Key? {
        guard marker == nil, !isForeign, parameters.count < 3, parameters.dropFirst().allSatisfy({ $0 <= 1 }) else {
            return nil
        }
        let number = parameters.first ?? 0
        switch final {
        case UInt8(ascii: "~"): return Self.numberedKey(number)
        case UInt8(ascii: "Z"): return number <= 1 ? .backTab : nil
        default: return number <= 1 ? Self.cursorKey(final) : nil
        }
    }

    /// The cursor key of a final byte after CSI or SS3.
    static func cursorKey(_ final: UInt8) -> Key? {
        switch final {
        case UInt8(ascii: "A"): .up
        case UInt8(ascii: "B"): .down
        case UInt8(ascii: "C"): .right
        case UInt8(ascii: "D"): .left
        case UInt8(ascii: "F"): .end
        case UInt8(ascii: "H"): .home
        default: nil
        }
    }

    /// The function key F1 to F4 of a final byte after SS3.
    ///
    /// Not after CSI, where `R` ends a cursor position report.
    static func functionKey(_ final: UInt8) -> Key? {
        (UInt8(ascii: "P")...UInt8(ascii: "S")).contains(final) ? .function(Int(final - UInt8(ascii: "P")) + 1) : nil
    }

    /// The function key F1 to F5 of the Linux console, by the byte after `ESC [ [`.
    static func consoleKey(_ byte: UInt8) -> Key? {
        (UInt8(ascii: "A")...UInt8(ascii: "E")).contains(byte) ? .function(Int(byte - UInt8(ascii: "A")) + 1) : nil
    }

    private static func numberedKey(_ number: Int) -> Key? {
        switch number {
        case 1, 7: .home
        case 3: .delete
        case 4, 8: .end
        case 5: .pageUp
        case 6: .pageDown
        // VT220 numbering, with the gaps of its keyboard.
        case 11...15: .function(number - 10)
        case 17...21: .function(number - 11)
        case 23, 24: .function(number - 12)
        default: nil
        }
    }

    /// Whether the sequence introduces pasted text.
    func beginsPaste(final: UInt8) -> Bool {
        final == UInt8(ascii: "~") && marker == nil && !isForeign && parameters == [200]
    }

    /// The event of a mouse report in SGR encoding (mode 1006); `nil` for other sequences, and for releases and motion.
    func mouseEvent(final: UInt8) -> MouseEvent? {
        guard marker == UInt8(ascii: "<"), !isForeign, final == UInt8(ascii: "M"), parameters.count == 3 else {
            return nil
        }
        return MouseEvent(button: parameters[0], column: parameters[1], row: parameters[2])
    }
}
