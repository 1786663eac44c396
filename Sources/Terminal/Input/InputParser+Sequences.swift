import Dashboard

// The transitions of the ECMA-48 state machine.
extension InputParser {
    private static let bell: UInt8 = 0x07
    private static let cancel: UInt8 = 0x18
    private static let substitute: UInt8 = 0x1A
    private static let delete: UInt8 = 0x7F
    private static let stringTerminator: UInt8 = 0x9C

    mutating func interpret(_ byte: UInt8, into inputs: inout [TerminalInput]) {
        switch state {
        case .ground, .reportedEscape: interpretGround(byte, into: &inputs)
        case .escape: interpretEscape(byte, into: &inputs)
        case .paste(let matched): appendPasted(byte, matched: matched, into: &inputs)
        case .controlString(let endsWithBell): interpretString(byte, endsWithBell: endsWithBell)
        case .controlStringEscape(let endsWithBell): interpretStringEscape(byte, endsWithBell: endsWithBell)
        case .mouseReport(let report): interpretMouseReport(byte, after: report, into: &inputs)
        case .controlSequence, .consoleKey, .singleShift:
            switch byte {
            case Self.escape: state = .escape
            case Self.cancel, Self.substitute: state = .ground
            // A fill byte of slow lines; Ctrl-Space is never sent within a sequence.
            case 0: break
            // ECMA-48 executes control characters within a sequence.
            case 1..<0x20: if let key = Self.controlKey(byte) { inputs.append(.key(key)) }
            case Self.delete: break
            case 0x80...:
                // A byte of a character, which no sequence contains.
                state = .ground
                advance(byte, into: &inputs)
            default: interpretSequence(byte, into: &inputs)
            }
        }
    }

    private mutating func interpretGround(_ byte: UInt8, into inputs: inout [TerminalInput]) {
        switch byte {
        case Self.escape: state = .escape
        case 0..<0x20, Self.delete: if let key = Self.controlKey(byte) { inputs.append(.key(key)) }
        case 0x80..<0xA0 where decoder.encoding.hasControlBytes:
            // Equivalent to ESC and a byte of 0x40 to 0x5F.
            if let introduced = Self.introduced(by: byte - 0x40) { state = introduced }
        default:
            for scalar in decoder.decode(byte) where scalar.properties.generalCategory != .control {
                inputs.append(.key(.character(scalar)))
            }
        }
    }

    /// The state after `ESC` and this byte; `nil` if they introduce nothing.
    static func introduced(by byte: UInt8) -> State? {
        switch byte {
        case UInt8(ascii: "["): .controlSequence(ControlSequence())
        case UInt8(ascii: "O"): .singleShift(hasParameters: false)
        case UInt8(ascii: "]"): .controlString(endsWithBell: true)
        case UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"), UInt8(ascii: "_"):
            .controlString(endsWithBell: false)
        default: nil
        }
    }

    private mutating func interpretEscape(_ byte: UInt8, into inputs: inout [TerminalInput]) {
        if let introduced = Self.introduced(by: byte) {
            state = introduced
        } else if byte == UInt8(ascii: "\\") {
            // The terminator of an aborted string.
            state = .ground
        } else {
            // Alt with a key, and Escape right before a key, are the same bytes.
            inputs.append(.key(.escape))
            state = .ground
            advance(byte, into: &inputs)
        }
    }

    // MARK: - Sequences

    private mutating func interpretSequence(_ byte: UInt8, into inputs: inout [TerminalInput]) {
        switch state {
        case .controlSequence(var sequence):
            if byte == UInt8(ascii: "["), sequence.isEmpty {
                state = .consoleKey
            } else if byte == UInt8(ascii: "M"), sequence.isEmpty {
                state = .mouseReport([])
            } else if byte >= 0x40 {
                state = .ground
                finish(sequence, final: byte, into: &inputs)
            } else if byte == UInt8(ascii: "$"), sequence.endsWithDollar {
                state = .ground
            } else {
                sequence.append(byte)
                state = .controlSequence(sequence)
            }
        case .singleShift(let hasParameters):
            if (UInt8(ascii: "0")...UInt8(ascii: ";")).contains(byte) {
                state = .singleShift(hasParameters: true)
            } else {
                state = .ground
                if !hasParameters, let key = Self.singleShiftKey(byte) { inputs.append(.key(key)) }
            }
        case .consoleKey:
            state = .ground
            if let key = ControlSequence.consoleKey(byte) { inputs.append(.key(key)) }
        default: state = .ground
        }
    }

    private static func singleShiftKey(_ byte: UInt8) -> Key? {
        // The Enter key of the keypad.
        if byte == UInt8(ascii: "M") { return .enter }
        return ControlSequence.cursorKey(byte) ?? ControlSequence.functionKey(byte)
    }

    private mutating func finish(_ sequence: ControlSequence, final: UInt8, into inputs: inout [TerminalInput]) {
        if sequence.beginsPaste(final: final) {
            beginPaste()
        } else if let event = sequence.mouseEvent(final: final) {
            inputs.append(.mouse(event))
        } else if let key = sequence.key(final: final) {
            inputs.append(.key(key))
        }
    }

    private mutating func interpretMouseReport(
        _ byte: UInt8, after report: [UInt8], into inputs: inout [TerminalInput]
    ) {
        switch byte {
        case Self.escape:
            state = .escape
            return
        case Self.cancel, Self.substitute:
            state = .ground
            return
        // Other bytes below 32 are coordinates beyond the range of a byte, not keys.
        default: break
        }
        let report = report + [byte]
        guard report.count == 3 else {
            state = .mouseReport(report)
            return
        }
        state = .ground
        let values = report.map { Int($0) - 32 }
        if let event = MouseEvent(button: values[0], column: values[1], row: values[2]) {
            inputs.append(.mouse(event))
        }
    }

    // MARK: - Strings

    private mutating func interpretString(_ byte: UInt8, endsWithBell: Bool) {
        switch byte {
        case Self.escape: state = .controlStringEscape(endsWithBell: endsWithBell)
        case Self.cancel, Self.substitute: state = .ground
        case Self.bell where endsWithBell: state = .ground
        case Self.stringTerminator where decoder.encoding.hasControlBytes: state = .ground
        default: break
        }
    }

    private mutating func interpretStringEscape(_ byte: UInt8, endsWithBell: Bool) {
        // Without a backslash the string is aborted, by another sequence or by a key that is lost with it.
        if byte != Self.escape { state = Self.introduced(by: byte) ?? .ground }
    }

    // MARK: - Control characters

    /// The key of a byte below 0x20, or of 0x7F.
    private static func controlKey(_ byte: UInt8) -> Key? {
        switch byte {
        case 0x0D, 0x0A: .enter
        case 0x09: .tab
        case 0x08, 0x7F: .backspace
        case 0: .control(" ")
        case 0x01...0x1A: .control(Unicode.Scalar(byte + 0x60))
        default: nil
        }
    }
}
