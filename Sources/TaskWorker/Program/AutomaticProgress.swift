import JSON
import TaskModel

/// Progress as most programs write it: `45 %`, `45.5%`, `[3/10]`, `3/10`.
enum AutomaticProgress {
    /// The last progress in a line; `nil` without any.
    ///
    /// A percentage goes first: beside one, what looks like steps is something else, as in the lines of rsync.
    static func last(in line: String) -> TaskProgress? {
        let bytes = Array(line.utf8)
        for position in bytes.indices.reversed() where bytes[position] == UInt8(ascii: "%") {
            if let found = percentage(bytes, position) { return found }
        }
        for position in bytes.indices.reversed() where bytes[position] == UInt8(ascii: "/") {
            if let found = fraction(bytes, position) { return found }
        }
        return nil
    }

    /// A number before a percent sign, with a space between them or none.
    private static func percentage(_ bytes: [UInt8], _ sign: Int) -> TaskProgress? {
        // `%20` and `%s` are something else.
        if sign + 1 < bytes.count, isWord(bytes[sign + 1]) { return nil }
        let end = sign > 0 && bytes[sign - 1] == UInt8(ascii: " ") ? sign - 1 : sign
        let number = suffix(of: bytes[..<end]) { $0.isASCIIDigit || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ",") }
        guard let first = number.first, first.isASCIIDigit, number.last?.isASCIIDigit == true else { return nil }
        if let before = bytes[..<number.startIndex].last {
            guard !isWord(before), before != UInt8(ascii: "-") else { return nil }
        }
        return TaskProgress(percent: String(decoding: number, as: UTF8.self))
    }

    /// Two numbers, with nothing around them that makes them a date, a path or a ratio of something.
    private static func fraction(_ bytes: [UInt8], _ slash: Int) -> TaskProgress? {
        let done = suffix(of: bytes[..<slash], where: \.isASCIIDigit)
        let total = bytes[(slash + 1)...].prefix(while: \.isASCIIDigit)
        guard !done.isEmpty, !total.isEmpty else { return nil }
        if let before = bytes[..<done.startIndex].last {
            guard " \t[(:".utf8.contains(before) else { return nil }
        }
        if total.endIndex < bytes.count {
            guard " \t]):,;".utf8.contains(bytes[total.endIndex]) else { return nil }
        }
        return TaskProgress(
            done: String(decoding: done, as: UTF8.self), of: String(decoding: total, as: UTF8.self))
    }

    private static func suffix(of bytes: ArraySlice<UInt8>, where matches: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        let start = bytes.lastIndex { !matches($0) }.map { $0 + 1 } ?? bytes.startIndex
        return bytes[start...]
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        byte.isASCIIDigit || byte >= 0x80 || byte == UInt8(ascii: "_")
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte.asciiLowercased)
    }
}
