/// Cuts a stream of bytes into lines, holding at most one line's limit in memory.
package struct LineSplitter {
    /// A line, or the beginning of one that is too long.
    package enum Piece: Equatable {
        case line(String)
        /// The beginning of a line that exceeds the limit.
        case overlong(String)
    }

    private let limit: Int
    private var rest: [UInt8] = []

    /// - Parameter limit: the maximum length of a line in bytes, without its line feed.
    package init(limit: Int) {
        self.limit = limit
    }

    /// Appends the next bytes and returns the lines that they complete.
    package mutating func feed(_ bytes: some Sequence<UInt8>) -> [Piece] {
        var pieces: [Piece] = []
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                pieces.append(.line(removeLine()))
            } else {
                rest.append(byte)
                if rest.count > limit { pieces.append(.overlong(removeLine())) }
            }
        }
        return pieces
    }

    /// Returns the text after the last line feed, once the stream has ended; `nil` if there is none.
    package mutating func finish() -> String? {
        rest.isEmpty ? nil : removeLine()
    }

    /// Removes the bytes so far and returns them as text.
    private mutating func removeLine() -> String {
        defer { rest.removeAll(keepingCapacity: true) }
        return String(decoding: rest, as: UTF8.self)
    }
}
