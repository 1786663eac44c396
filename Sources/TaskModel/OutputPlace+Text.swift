import JSON

// Places and cursors as texts without a meaning for clients.
extension OutputPlace: CustomStringConvertible {
    private static let radix = 36

    package var description: String { "\(String(file, radix: Self.radix)).\(offset)" }

    /// Reads ``description``; `nil` for anything else.
    package init?(_ text: some StringProtocol) {
        let parts = text.parts(separatedBy: ".")
        // A sign is not part of a number here.
        guard parts.count == 2, parts[0].utf8.first != UInt8(ascii: "+"),
            let file = UInt64(parts[0], radix: Self.radix), let offset = Int(digits: parts[1])
        else { return nil }
        self.init(file: file, offset: offset)
    }
}

extension PerStream<OutputPlace>: CustomStringConvertible {
    package var description: String { ProgramStream.allCases.map { "\(self[$0])" }.joined(separator: "-") }

    /// Reads ``description``; `nil` for anything else.
    package init?(_ text: some StringProtocol) {
        let parts = text.parts(separatedBy: "-")
        guard parts.count == ProgramStream.allCases.count else { return nil }
        var cursor = OutputCursor(OutputPlace(file: 0, offset: 0))
        for (stream, part) in zip(ProgramStream.allCases, parts) {
            guard let place = OutputPlace(part) else { return nil }
            cursor[stream] = place
        }
        self = cursor
    }
}
