package import JSON

/// The output of a program, as counted by its worker.
package struct ProgramOutput: Sendable, Hashable {
    /// Bytes that the program has written to standard output and standard error.
    package var bytes: Int
    /// Lines that have begun.
    package var lines: Int
    /// Whether the log has dropped its oldest part to stay within its limit.
    package var truncated: Bool
    /// Bytes that could not be written to the log, as when the disk was full.
    package var lost: Int

    package init(bytes: Int = 0, lines: Int = 0, truncated: Bool = false, lost: Int = 0) {
        self.bytes = bytes
        self.lines = lines
        self.truncated = truncated
        self.lost = lost
    }
}

extension ProgramOutput: JSONReadable, JSONWritable {
    package init(json: JSONValue) throws(JSONShapeError) {
        let members = try JSONMembers(json)
        self.init(
            bytes: try members.value("bytes"), lines: try members.value("lines"),
            truncated: try members.value("truncated"), lost: try members.value("lost"))
    }

    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("bytes", bytes)
            json.member("lines", lines)
            json.member("lost", lost)
            json.member("truncated", truncated)
        }
    }
}
