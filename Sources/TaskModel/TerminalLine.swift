/// A line of a program's output as a terminal would show it at last.
///
/// A carriage return starts the line anew, so that of a progress bar its last state counts; a backspace removes a
/// character. What is returned has no control characters but tabs.
package struct TerminalLine: Sendable {
    private var parser = EscapeParser()
    private var bytes: [UInt8] = []
    /// The styles of the bytes, and where each begins.
    private var styles: [(start: Int, style: TerminalStyle)] = []
    private var style = TerminalStyle()
    /// Whether the next text replaces what is there.
    private var isReturned = false
    /// Whether part of the line has been taken, which nothing can replace.
    private var hasRemovedText = false
    /// The number of bytes at the beginning that nothing replaces.
    private var base = 0

    package init() {}

    /// The length of what is there of the line, in bytes.
    package var byteCount: Int { bytes.count }

    /// Appends bytes of the line; line feeds in them are ignored.
    package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        // Given up for the call, so that both can be changed.
        var parser = self.parser
        defer { self.parser = parser }
        parser.parse(bytes) { handle($0) }
    }

    /// The text of the line so far.
    package var text: String { Self.text(bytes[...]) }

    /// The text of the line so far, in its styles.
    package var styledText: [StyledText] {
        var runs: [StyledText] = []
        var (start, style) = (0, TerminalStyle())
        func append(to end: Int) {
            let text = Self.text(bytes[start..<end])
            if !text.isEmpty { runs.append(StyledText(text, style)) }
        }
        for next in styles where next.start <= bytes.count {
            append(to: next.start)
            (start, style) = (next.start, next.style)
        }
        append(to: bytes.count)
        return runs
    }

    /// Ends the line and returns the rest of its text; the style stays for the next one, as on a terminal.
    package mutating func end() -> String {
        defer { begin() }
        return text
    }

    /// Ends the line and returns the rest of its text in its styles.
    package mutating func endStyled() -> [StyledText] {
        defer { begin() }
        return styledText
    }

    /// Removes what is there of the line and returns its text.
    ///
    /// A carriage return can then no longer replace it, and is a line feed in the text instead.
    package mutating func removeText() -> String {
        let complete = bytes.count - Self.incompleteSuffix(of: bytes)
        guard complete > 0 else { return "" }
        let text = Self.text(bytes[..<complete])
        bytes.removeFirst(complete)
        base = 0
        hasRemovedText = true
        styles = [(0, style)]
        return text
    }

    private mutating func begin() {
        parser.endLine()
        base = 0
        isReturned = false
        hasRemovedText = false
        clear()
    }

    /// Removes what can be replaced.
    private mutating func clear() {
        bytes.removeSubrange(base...)
        styles = [(base, style)]
    }

    private mutating func handle(_ event: EscapeParser.Event) {
        switch event {
        case .text(let text):
            if isReturned { replace() }
            bytes.append(contentsOf: text)
        case .lineFeed: break
        case .carriageReturn: isReturned = true
        case .backspace: removeLast()
        case .style(let parameters):
            style.apply(parameters)
            if let last = styles.indices.last, styles[last].start == bytes.count {
                styles[last].style = style
            } else if (styles.last?.style ?? TerminalStyle()) != style {
                styles.append((bytes.count, style))
            }
        case .eraseLine(let part):
            // Behind a carriage return its end is all of it.
            if part == 2 || part == 0 && isReturned { replace() }
        }
    }

    /// Begins the line anew.
    private mutating func replace() {
        isReturned = false
        if hasRemovedText {
            hasRemovedText = false
            bytes.append(UInt8(ascii: "\n"))
            base = bytes.count
        }
        clear()
    }

    private mutating func removeLast() {
        guard !isReturned, let last = bytes.lastIndex(where: { $0 & 0xC0 != 0x80 }), last >= base else { return }
        bytes.removeSubrange(last...)
        while let style = styles.last, style.start > bytes.count { styles.removeLast() }
    }

    /// Bytes as text, without control characters and marks that change the direction of text.
    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        // Of ASCII the parser has left out all of them.
        if bytes.allSatisfy({ $0 < 0x80 }) || text.unicodeScalars.allSatisfy(isShown) { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.filter(isShown)))
    }

    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\t", "\n": true
        case "\u{2028}", "\u{2029}": false
        default: !PlainText.isControl(scalar)
        }
    }

    /// The number of bytes at the end that begin a character.
    private static func incompleteSuffix(of bytes: [UInt8]) -> Int {
        for length in 1...3 where length <= bytes.count {
            let byte = bytes[bytes.count - length]
            if byte & 0xC0 == 0x80 { continue }
            return byte >= 0xF0 && length < 4 || byte >= 0xE0 && length < 3 || byte >= 0xC0 && length < 2 ? length : 0
        }
        return 0
    }
}
