/// The error of a task whose program has failed: the way in which it ended, then the last line of its output, which is
/// for clients with full access only.
package enum ProgramErrorText {
    /// `exit code 3: No such file`, `SIGSEGV (core dumped)`.
    package static func text(_ end: ProgramEnd, lastLine: String?) -> String {
        end.description + (lastLine.map { separator + $0 } ?? "")
    }

    /// The text of an error without the line of output: `exit code 3`.
    package static func withoutOutput(_ error: String) -> String {
        var error = error
        let end = error.withUTF8 { endOfCause(in: UnsafeRawBufferPointer($0)[...]) }
        return end.map { String(decoding: error.utf8.prefix($0), as: UTF8.self) } ?? error
    }

    private static let separator = ": "
    private static let exitCode = Array("exit code ".utf8)
    private static let signal = Array("SIG".utf8)
    private static let coreDump = Array(" (core dumped)".utf8)

    /// The position behind the way in which a program ended; `nil` for an error without output.
    ///
    /// - Parameter text: the text of an error, plain or as JSON.
    static func endOfCause(in text: Slice<UnsafeRawBufferPointer>) -> Int? {
        var rest = text
        if rest.starts(with: exitCode) {
            rest = rest.dropFirst(exitCode.count).drop { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        } else if rest.starts(with: signal) {
            rest = rest.drop { byte in
                (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
            }
            if rest.starts(with: coreDump) { rest = rest.dropFirst(coreDump.count) }
        } else {
            return nil
        }
        return rest.starts(with: separator.utf8) ? rest.startIndex : nil
    }
}

extension TaskRecord {
    /// The record as clients with an access get it.
    package func visible(to access: Access) -> TaskRecord {
        guard access == .limited else { return self }
        var record = self
        record.error = error.map(ProgramErrorText.withoutOutput)
        for index in attempts.indices {
            record.attempts[index].error = ProgramErrorText.withoutOutput(attempts[index].error)
        }
        return record
    }
}
