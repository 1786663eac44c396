package import TaskModel

/// How a reader returns the output of a program.
package enum OutputFormat: String, Sendable, Hashable, CaseIterable {
    /// For people: lines without control characters; of one that was overwritten its last state.
    case text
    /// The bytes as the program has written them.
    case raw
    /// The records of the log.
    case cri
}

/// What part of a log a reader returns, and how.
package struct OutputSelection: Sendable, Hashable {
    package var format: OutputFormat
    /// The only stream; `nil` for both.
    package var stream: ProgramStream?
    /// The number of lines from the end; `nil` for all.
    package var tail: Int?
    /// The time of the first records; `nil` for all.
    package var since: OutputTime?

    package init(
        _ format: OutputFormat = .text, stream: ProgramStream? = nil, tail: Int? = nil, since: OutputTime? = nil
    ) {
        self.format = format
        self.stream = stream
        self.tail = tail
        self.since = since
    }

    func contains(_ stream: ProgramStream) -> Bool { self.stream == nil || self.stream == stream }
}
