/// Recognizes the control characters and control sequences of terminals (ECMA-48) in bytes of UTF-8.
///
/// Nothing of a sequence is ever returned as text. A sequence that does not end is given up at the end of its line, or
/// after 64 KiB.
package struct EscapeParser: Sendable {
    package enum Event {
        /// Bytes without control characters, except tabs. A character may be split between two events.
        case text(UnsafeRawBufferPointer)
        case lineFeed
        case carriageReturn
        case backspace
        /// Select Graphic Rendition, by its parameters as they were written.
        case style([UInt8])
        /// Erase in Line: 0 to its end, 1 from its beginning, 2 all of it.
        case eraseLine(Int)
    }

    private enum State {
        case text
        /// Behind the first byte of a character that may be a control character of C1.
        case lead
        case escape
        /// In an escape sequence of several characters.
        case intermediate
        /// In a control sequence.
        case control
        /// In a string, such as the title of a window, which no terminal prints.
        case string
        case stringEscape
        case stringLead
    }

    private static let escape: UInt8 = 0x1B
    private static let parameterLimit = 64
    private static let stringLimit = 64 * 1024

    private var state = State.text
    private var parameters: [UInt8] = []
    private var length = 0

    package init() {}

    /// Calls `body` with what the next bytes are.
    package mutating func parse(_ bytes: UnsafeRawBufferPointer, _ body: (Event) -> Void) {
        var position = 0
        while position < bytes.count {
            if state == .text {
                let start = position
                while position < bytes.count, Self.isText(bytes[position]) { position += 1 }
                if position > start {
                    body(.text(UnsafeRawBufferPointer(rebasing: bytes[start..<position])))
                    continue
                }
            }
            handle(bytes[position], body)
            position += 1
        }
    }

    /// Gives up a sequence that has not ended.
    package mutating func endLine() { state = .text }

    private static func isText(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != 0x7F && byte != 0xC2 || byte == 0x09
    }

    private mutating func handle(_ byte: UInt8, _ body: (Event) -> Void) {
        switch state {
        case .text: handleText(byte, body)
        case .lead:
            state = .text
            if (0x80..<0xA0).contains(byte) {
                // A control character of C1 means the same as ESC and a letter.
                handleEscape(byte - 0x40, body)
            } else {
                withUnsafeBytes(of: UInt8(0xC2)) { body(.text($0)) }
                if Self.isText(byte) {
                    withUnsafeBytes(of: byte) { body(.text($0)) }
                } else {
                    handleText(byte, body)
                }
            }
        case .escape: handleEscape(byte, body)
        case .intermediate:
            if byte < 0x20 || byte == 0x7F {
                handleText(byte, body)
            } else if byte >= 0x30 {
                state = .text
            }
        case .control: handleControl(byte, body)
        case .string, .stringEscape, .stringLead: handleString(byte, body)
        }
    }

    /// Handles what is no text outside of sequences.
    private mutating func handleText(_ byte: UInt8, _ body: (Event) -> Void) {
        state = .text
        switch byte {
        case Self.escape: state = .escape
        case 0xC2: state = .lead
        case 0x0A: body(.lineFeed)
        case 0x0D: body(.carriageReturn)
        case 0x08: body(.backspace)
        default: break
        }
    }

    private mutating func handleEscape(_ byte: UInt8, _ body: (Event) -> Void) {
        switch byte {
        case UInt8(ascii: "["):
            state = .control
            parameters.removeAll(keepingCapacity: true)
        case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"), UInt8(ascii: "_"):
            state = .string
            length = 0
        case 0x20..<0x30: state = .intermediate
        case 0x30..<0x7F: state = .text
        case 0x80...:
            // No sequence: the character is text.
            state = byte == 0xC2 ? .lead : .text
            if state == .text { withUnsafeBytes(of: byte) { body(.text($0)) } }
        default: handleText(byte, body)
        }
    }

    private mutating func handleControl(_ byte: UInt8, _ body: (Event) -> Void) {
        switch byte {
        case 0x20..<0x40:
            if parameters.count < Self.parameterLimit { parameters.append(byte) }
        case 0x40..<0x7F:
            state = .text
            // `?` and other marks make it a private sequence, and a space or the like another one.
            let isPlain = parameters.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: ";")).contains($0) }
            guard isPlain, parameters.count < Self.parameterLimit else { return }
            switch byte {
            case UInt8(ascii: "m"): body(.style(parameters))
            case UInt8(ascii: "K"): body(.eraseLine(number ?? 0))
            case UInt8(ascii: "G") where (number ?? 1) <= 1: body(.carriageReturn)
            default: break
            }
        default: handleText(byte, body)
        }
    }

    /// The only parameter of a sequence.
    private var number: Int? { Int(String(decoding: parameters, as: UTF8.self)) }

    private mutating func handleString(_ byte: UInt8, _ body: (Event) -> Void) {
        length += 1
        switch (state, byte) {
        case (.stringLead, 0x9C), (_, 0x07), (_, 0x18), (_, 0x1A): state = .text
        case (_, 0x0A), (_, 0x0D): handleText(byte, body)
        // ST, ESC and a backslash, ends the string; any other sequence does too.
        case (.stringEscape, _): handleEscape(byte, body)
        case (_, Self.escape): state = .stringEscape
        case (_, 0xC2): state = .stringLead
        default: state = length < Self.stringLimit ? .string : .text
        }
    }
}
