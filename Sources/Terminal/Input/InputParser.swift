package import Dashboard

/// Parses the bytes of a terminal into keys, pasted text and mouse events.
///
/// A state machine over ECMA-48; sequences may be split anywhere between reads. The sequences of the terminal
/// description are matched first. Unknown sequences, such as terminal reports, are dropped up to their end and never
/// produce keys. They are not stored, so their length takes no memory.
///
/// An incomplete sequence must continue within ``timeout``; otherwise ``expire()`` resolves it.
package struct InputParser: Sendable {
    enum State: Sendable {
        case ground
        case escape
        /// The Escape key was reported for a lone escape; a slow line may still bring the rest of a sequence.
        case reportedEscape
        case controlSequence(ControlSequence)
        /// After `ESC [ [`: the next byte is a function key of the Linux console.
        case consoleKey
        /// After `ESC O`.
        case singleShift(hasParameters: Bool)
        /// After `ESC [ M`: three bytes, each offset by 32.
        case mouseReport([UInt8])
        /// Within an OSC, DCS, APC, PM or SOS string, up to ST; BEL ends an OSC, too.
        case controlString(endsWithBell: Bool)
        case controlStringEscape(endsWithBell: Bool)
        /// Within pasted text, after a prefix of the end mark.
        case paste(matched: Int)
    }

    /// The maximum size of pasted text, in bytes; the rest is dropped.
    static let pasteLimit = 1 << 20
    private static let pasteEnd = Array("\u{1B}[201~".utf8)
    static let escape: UInt8 = 0x1B
    /// The time in which the rest of a sequence may follow a reported escape: less than the time between two keys.
    private static let lateTimeout = Duration.milliseconds(300)
    private static let interrupt: UInt8 = 0x03

    private let sequences: KeySequences
    private let escapeTimeout: Duration
    private let sequenceTimeout: Duration

    var state = State.ground
    var decoder: TextDecoder
    private var pasted: [UInt8] = []

    /// The beginning of a sequence of the terminal description.
    private var partial = PartialSequence()

    /// - Parameters:
    ///   - escapeTimeout: The time after a lone escape, which is then the Escape key.
    ///   - sequenceTimeout: The time after an incomplete sequence, which is then dropped.
    package init(
        _ sequences: KeySequences = KeySequences(), encoding: TextEncoding = .utf8,
        escapeTimeout: Duration = .milliseconds(50), sequenceTimeout: Duration = .seconds(1)
    ) {
        self.sequences = sequences
        self.escapeTimeout = escapeTimeout
        self.sequenceTimeout = max(escapeTimeout, sequenceTimeout)
        decoder = TextDecoder(encoding)
    }

    // MARK: - Time

    /// The time in which the next byte must arrive; `nil` if nothing is incomplete.
    package var timeout: Duration? {
        if !partial.isEmpty { return partial.bytes.count == 1 ? escapeTimeout : sequenceTimeout }
        switch state {
        case .ground: return decoder.isIncomplete ? sequenceTimeout : nil
        case .escape: return escapeTimeout
        case .paste(let matched):
            // The end mark may be lost, and the keyboard with it. A lone Escape or Ctrl-C ends the paste; terminals do
            // not paste these.
            return matched == 1 || matched == 0 && pasted.last == Self.interrupt ? sequenceTimeout : nil
        case .reportedEscape: return Self.lateTimeout
        case .controlSequence, .consoleKey, .singleShift, .mouseReport, .controlString,
            .controlStringEscape:
            return sequenceTimeout
        }
    }

    /// Resolves what is incomplete after ``timeout`` without a byte.
    package mutating func expire() -> [TerminalInput] {
        var inputs: [TerminalInput] = []
        while !partial.isEmpty { resolvePartial(into: &inputs) }
        decoder.reset()
        switch state {
        case .escape:
            inputs.append(.key(.escape))
            state = .reportedEscape
        case .paste(let matched):
            guard timeout != nil else { break }
            if matched == 0 { pasted.removeLast() }
            finishPaste(into: &inputs)
            // The escape may belong to the end mark after all.
            if matched > 0 { state = .reportedEscape }
        default: state = .ground
        }
        return inputs
    }

    /// Drops an escape that is not yet a key or a sequence; following bytes may still complete a sequence.
    package mutating func discardEscape() {
        if partial.bytes == [Self.escape] {
            partial = PartialSequence()
            state = .reportedEscape
        } else if case .escape = state {
            state = .reportedEscape
        }
    }

    /// Whether an OSC, DCS, APC, PM or SOS string is incomplete.
    var isInString: Bool {
        switch state {
        case .controlString, .controlStringEscape: true
        default: false
        }
    }

    // MARK: - Bytes

    /// Parses the bytes of one read.
    package mutating func parse(_ bytes: some Collection<UInt8>) -> [TerminalInput] {
        var inputs: [TerminalInput] = []
        if case .reportedEscape = state, let first = bytes.first {
            state = .ground
            if Self.continues(first) { advance(Self.escape, into: &inputs) }
        }
        for byte in bytes { advance(byte, into: &inputs) }
        return inputs
    }

    /// Whether a byte continues a sequence whose escape was reported as a key.
    ///
    /// It may also be a key, but rarely within ``lateTimeout`` after Escape.
    private static func continues(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\\") || introduced(by: byte) != nil
    }

    /// Matches the sequences of the terminal description in the ground state, and interprets all other bytes.
    mutating func advance(_ byte: UInt8, into inputs: inout [TerminalInput]) {
        guard case .ground = state else { return interpret(byte, into: &inputs) }
        if byte < 0x80, decoder.isIncomplete {
            decoder.reset()
            inputs.append(.key(.character("\u{FFFD}")))
        }
        guard !decoder.isIncomplete, let next = sequences.extending(partial.prefix, by: byte) else {
            guard !partial.isEmpty else { return interpret(byte, into: &inputs) }
            resolvePartial(into: &inputs)
            return advance(byte, into: &inputs)
        }
        partial.append(byte, to: next, sequences)
        if sequences.isComplete(next) { resolvePartial(into: &inputs) }
    }

    /// Reports the longest sequence in the partial one, or interprets its first byte; parses the other bytes again.
    private mutating func resolvePartial(into inputs: inout [TerminalInput]) {
        let (bytes, match) = (partial.bytes, partial.match)
        partial = PartialSequence()
        if let match {
            if let key = match.key { inputs.append(.key(key)) }
        } else {
            interpret(bytes[0], into: &inputs)
        }
        for byte in bytes.dropFirst(match?.count ?? 1) { advance(byte, into: &inputs) }
    }

    // MARK: - Pasted text

    mutating func beginPaste() {
        pasted = []
        state = .paste(matched: 0)
    }

    mutating func appendPasted(_ byte: UInt8, matched: Int, into inputs: inout [TerminalInput]) {
        if byte == Self.pasteEnd[matched] {
            state = .paste(matched: matched + 1)
            if matched + 1 == Self.pasteEnd.count { finishPaste(into: &inputs) }
        } else {
            for byte in Self.pasteEnd[..<matched] { keepPasted(byte) }
            let isEscape = byte == Self.escape
            if !isEscape { keepPasted(byte) }
            state = .paste(matched: isEscape ? 1 : 0)
        }
    }

    private mutating func keepPasted(_ byte: UInt8) {
        if pasted.count < Self.pasteLimit { pasted.append(byte) }
    }

    private mutating func finishPaste(into inputs: inout [TerminalInput]) {
        inputs.append(.paste(decoder.decode(pasted)))
        pasted = []
        state = .ground
    }
}
