/// A regular expression that finds progress in a line: one group is a percentage, two are done and total.
package struct ProgressPattern: Sendable, Hashable {
    private let pattern: LinearPattern

    /// - Throws: ``PatternError`` for a pattern that cannot be matched, or has no group or more than two.
    package init(_ source: String) throws(PatternError) {
        pattern = try LinearPattern(source)
        guard (1...2).contains(pattern.groupCount) else {
            throw PatternError(
                "the pattern has \(pattern.groupCount) groups; one matches a percentage, two match done and total")
        }
    }

    /// The progress that a line reports; `nil` if it reports none.
    package func progress(in line: String) -> TaskProgress? {
        guard let match = pattern.firstMatch(in: line) else { return nil }
        let groups = match.groups.dropFirst().map { $0 ?? "" }
        return groups.count == 1 ? TaskProgress(percent: groups[0]) : TaskProgress(done: groups[0], of: groups[1])
    }
}

extension TaskProgress {
    /// Reads a percentage, with or without a fraction; `nil` for anything but 0…100.
    package init?(percent text: some StringProtocol) {
        let text = text.utf8.map { $0 == UInt8(ascii: ",") ? UInt8(ascii: ".") : $0 }
        guard !text.isEmpty, text.count < 20,
            text.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }),
            let percent = Double(String(decoding: text, as: UTF8.self)), percent <= 100
        else { return nil }
        self.init(done: Int(percent), total: 100, fraction: percent / 100)
    }

    /// Reads two whole numbers; `nil` when they are none, or the first is greater, or the second is 0.
    package init?(done: some StringProtocol, of total: some StringProtocol) {
        guard done.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            total.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let done = Int(done), let total = Int(total), total > 0, done <= total
        else { return nil }
        self.init(done: done, total: total)
    }
}
