/// Cuts a stream of bytes into lines, holding at most one line's limit in memory.
package struct LineSplitter {
    /// What becomes of a line that is too long.
    package enum Piece: Equatable {
        case line(String)
        /// A line has passed the limit; this is what there is of it so far.
        case overlong(String)
    }

    private let limit: Int
    private var rest: [UInt8] = []

    /// - Parameter limit: the most bytes a line may have, without its line feed.
    package init(limit: Int) {
        self.limit = limit
    }

    /// Takes the next bytes and returns the lines that they complete.
    package mutating func feed(_ bytes: some Sequence<UInt8>) -> [Piece] {
        var pieces: [Piece] = []
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                pieces.append(.line(take()))
            } else {
                rest.append(byte)
                if rest.count > limit { pieces.append(.overlong(take())) }
            }
        }
        return pieces
    }

    /// What stands after the last line feed, when the stream has ended; `nil` if nothing does.
    package mutating func finish() -> String? {
        rest.isEmpty ? nil : take()
    }

    private mutating func take() -> String {
        defer { rest.removeAll(keepingCapacity: true) }
        return String(decoding: rest, as: UTF8.self)
    }
}
