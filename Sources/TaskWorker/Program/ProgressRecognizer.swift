import Glibc
import TaskModel
import TaskOutput

/// Finds progress in a program's output.
///
/// Lines end with a line feed or a carriage return here: of a progress bar every state is one. Only the last match
/// counts, so that bytes are searched from their end, and the work for them is bounded.
struct ProgressRecognizer {
    private enum Rule {
        case automatic
        case pattern(ProgressPattern)
    }

    /// The bytes of a line that are searched.
    private static let lineLimit = 4096
    /// The bytes at the end of what was read at once that are searched for a pattern: more come only when a program
    /// writes faster than anybody reads.
    private static let patternWindow = 16 * 1024
    /// The most lines of what was read at once that are searched, of those that may have progress in them.
    private static let candidateLimit = 64

    private let rule: Rule
    /// The beginning of each stream's current line.
    private var current: [[UInt8]] = [[], []]

    /// `nil` for a rule that finds none.
    init?(_ rule: ProgressRule) {
        switch rule {
        case .none: return nil
        case .automatic: self.rule = .automatic
        case .pattern(let source):
            guard let pattern = try? ProgressPattern(source) else { return nil }
            self.rule = .pattern(pattern)
        }
    }

    /// The last progress in the next bytes of a stream; `nil` without any.
    mutating func search(_ bytes: UnsafeRawBufferPointer, of stream: ProgramStream) -> TaskProgress? {
        let beginning = current[stream.rawValue]
        let lastStart = Self.startOfLine(in: bytes, endingAt: bytes.count)
        let rest = bytes[lastStart...].suffix(Self.lineLimit)
        current[stream.rawValue] = lastStart > 0 ? Array(rest) : (beginning + rest).suffix(Self.lineLimit)

        if case .automatic = rule, !beginning.withUnsafeBytes(Self.mayHaveProgress), !Self.mayHaveProgress(bytes) {
            return nil
        }
        let windowStart =
            switch rule {
            case .automatic: 0
            case .pattern: max(0, bytes.count - Self.patternWindow)
            }
        var candidates = 0
        var end = bytes.count
        while true {
            let start = max(Self.startOfLine(in: bytes, endingAt: end), windowStart)
            let line = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
            let found =
                start == 0 && !beginning.isEmpty
                ? (beginning + line).withUnsafeBytes { search($0, &candidates) } : search(line, &candidates)
            if let found { return found }
            guard start > windowStart, candidates < Self.candidateLimit else { return nil }
            end = start - 1
        }
    }

    private func search(_ bytes: UnsafeRawBufferPointer, _ candidates: inout Int) -> TaskProgress? {
        guard !bytes.isEmpty else { return nil }
        switch rule {
        case .automatic:
            guard Self.mayHaveProgress(bytes) else { return nil }
            candidates += 1
            return AutomaticProgress.last(in: Self.text(bytes))
        case .pattern(let pattern):
            candidates += 1
            return pattern.progress(in: Self.text(bytes))
        }
    }

    /// Whether the automatic rule can match.
    private static func mayHaveProgress(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let start = bytes.baseAddress else { return false }
        return memchr(start, CInt(UInt8(ascii: "%")), bytes.count) != nil
            || memchr(start, CInt(UInt8(ascii: "/")), bytes.count) != nil
    }

    /// Where the line begins that ends at an offset.
    private static func startOfLine(in bytes: UnsafeRawBufferPointer, endingAt end: Int) -> Int {
        var start = end
        while start > 0, bytes[start - 1] != 0x0A, bytes[start - 1] != 0x0D { start -= 1 }
        return start
    }

    private static func text(_ bytes: UnsafeRawBufferPointer) -> String {
        var line = TerminalLine()
        line.append(UnsafeRawBufferPointer(rebasing: bytes.suffix(lineLimit)))
        return line.text
    }
}
