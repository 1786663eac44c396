import TaskModel
import TaskOutput

/// The last line of a program's output that is not blank.
///
/// Only the last bytes of each stream are kept, and no line is looked for before it is asked for.
struct LastLine {
    /// The bytes kept of each stream.
    private static let byteLimit = 4096
    /// The most characters of the text.
    private static let textLimit = 500

    private struct Tail {
        var bytes: [UInt8] = []
        /// Whether there was something before them.
        var isCut = false
    }

    private var tails = [Tail(), Tail()]
    /// The stream that was written last, blanks not counted.
    private var latest = ProgramStream.standardOutput

    mutating func append(_ bytes: UnsafeRawBufferPointer, from stream: ProgramStream) {
        guard let last = bytes.lastIndex(where: { !Self.isBlank($0) }) else {
            return append(blanks: bytes[...], to: stream)
        }
        latest = stream
        let text = bytes[...last]
        let kept = text.suffix(Self.byteLimit)
        var tail = tails[stream.rawValue]
        let excess = tail.bytes.count + kept.count - Self.byteLimit
        if excess > 0 { tail.bytes.removeFirst(min(excess, tail.bytes.count)) }
        tail.isCut = tail.isCut || excess > 0 || kept.count < text.count
        tail.bytes.append(contentsOf: kept)
        tails[stream.rawValue] = tail
        append(blanks: bytes[(last + 1)...], to: stream)
    }

    /// Keeps one of the blanks: a program may write single characters, and what they separate comes later.
    private mutating func append(blanks: Slice<UnsafeRawBufferPointer>, to stream: ProgramStream) {
        let tail = tails[stream.rawValue].bytes
        if blanks.contains(UInt8(ascii: "\n")) {
            endLine(of: stream)
        } else if let last = tail.last {
            let kept = blanks.contains(UInt8(ascii: "\r")) ? UInt8(ascii: "\r") : UInt8(ascii: " ")
            guard !blanks.isEmpty, !Self.isBlank(last) || last == UInt8(ascii: " ") else { return }
            if last == UInt8(ascii: " ") { tails[stream.rawValue].bytes.removeLast() }
            tails[stream.rawValue].bytes.append(kept)
        }
    }

    /// The line, safe to show; `nil` without one.
    ///
    /// If it is too long, `…` stands for its beginning or its end.
    var text: String? { text(of: latest) ?? text(of: latest == .standardOutput ? .standardError : .standardOutput) }

    private mutating func endLine(of stream: ProgramStream) {
        let tail = tails[stream.rawValue].bytes
        if let last = tail.last, last != UInt8(ascii: "\n") {
            tails[stream.rawValue].bytes.append(UInt8(ascii: "\n"))
        }
    }

    private func text(of stream: ProgramStream) -> String? {
        let tail = tails[stream.rawValue]
        var end = tail.bytes.endIndex
        while end > 0 {
            let start = tail.bytes[..<end].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
            var line = TerminalLine()
            tail.bytes[start..<end].withUnsafeBytes { line.append($0) }
            let text = TitleText.line(line.text, atMost: Self.textLimit)
            if !text.isEmpty { return start == 0 && tail.isCut ? "…" + text : text }
            end = start - 1
        }
        return nil
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
