package import Dashboard

/// Makes keys, pasted text and mouse events of the bytes that a terminal sends.
///
/// A state machine over ECMA-48, fed with whatever a read brings: a sequence may be cut anywhere. What the
/// terminal's description names is matched first. Sequences without a meaning here, terminals' answers above all,
/// are dropped up to their end; nothing of them is a key. They are not stored, so their length costs no memory.
///
/// A byte that may be the beginning of something has to be followed by more within ``timeout``; otherwise
/// ``expire()`` decides.
package struct InputParser: Sendable {
    enum State: Sendable {
        case ground
        case escape
        /// The Escape key was reported for an escape alone. A slow line may still bring the rest of a sequence.
        case reportedEscape
        case controlSequence(ControlSequence)
        /// After `ESC [ [`: one byte more is a function key of the Linux console.
        case consoleKey
        /// After `ESC O`.
        case singleShift(hasParameters: Bool)
        /// After `ESC [ M`: three bytes, each 32 more than what it stands for.
        case mouseReport([UInt8])
        /// The text of an OSC, DCS, APC, PM or SOS, up to ST; `bell` ends an OSC, too.
        case controlString(endsWithBell: Bool)
        case controlStringEscape(endsWithBell: Bool)
        /// Pasted text, with the beginning of its end mark.
        case paste(matched: Int)
    }

    /// The most bytes of a pasted text that are kept.
    static let pasteLimit = 1 << 20
    private static let pasteEnd = Array("\u{1B}[201~".utf8)
    static let escape: UInt8 = 0x1B
    /// For how long the rest of a sequence may follow a reported escape: less than people take for the next key.
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
    ///   - escapeTimeout: after an escape alone, which is then the Escape key.
    ///   - sequenceTimeout: after the beginning of a sequence, which is then dropped.
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

    /// How long the next byte may take, from the last one on; `nil` if nothing has begun.
    package var timeout: Duration? {
        if !partial.isEmpty { return partial.bytes.count == 1 ? escapeTimeout : sequenceTimeout }
        switch state {
        case .ground: return decoder.isIncomplete ? sequenceTimeout : nil
        case .escape: return escapeTimeout
        case .paste(let matched):
            // An end mark may get lost, and the keyboard with it. Escape or Ctrl-C alone gives it back; terminals
            // do not paste these.
            return matched == 1 || matched == 0 && pasted.last == Self.interrupt ? sequenceTimeout : nil
        case .reportedEscape: return Self.lateTimeout
        case .controlSequence, .consoleKey, .singleShift, .mouseReport, .controlString,
            .controlStringEscape:
            return sequenceTimeout
        }
    }

    /// Ends what has begun: ``timeout`` has passed without a byte.
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
            // The escape may be the end mark's after all.
            if matched > 0 { state = .reportedEscape }
        default: state = .ground
        }
        return inputs
    }

    /// Forgets an escape that has not become a key or a sequence yet; what follows it may still complete a sequence.
    package mutating func discardEscape() {
        if partial.bytes == [Self.escape] {
            partial = PartialSequence()
            state = .reportedEscape
        } else if case .escape = state {
            state = .reportedEscape
        }
    }

    /// Whether the text of an OSC, DCS, APC, PM or SOS is under way.
    var isInString: Bool {
        switch state {
        case .controlString, .controlStringEscape: true
        default: false
        }
    }

    // MARK: - Bytes

    /// Parses what one read has brought.
    package mutating func parse(_ bytes: some Collection<UInt8>) -> [TerminalInput] {
        var inputs: [TerminalInput] = []
        if case .reportedEscape = state, let first = bytes.first {
            state = .ground
            if Self.continues(first) { advance(Self.escape, into: &inputs) }
        }
        for byte in bytes { advance(byte, into: &inputs) }
        return inputs
    }

    /// Whether this byte goes on with a sequence whose escape came long before; it may also be a key, but seldom
    /// one that follows Escape within ``lateTimeout``.
    private static func continues(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\\") || introduced(by: byte) != nil
    }

    /// Matches the terminal's own sequences, from the ground state on, and interprets all else.
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
