/// A line of a program's output as a terminal would show it at last, without its control characters.
package struct OutputLine: Sendable, Hashable {
    package let stream: ProgramStream
    /// The text in its styles; line feeds and carriage returns are not in it.
    package let text: [StyledText]
    /// Whether the line goes on in the next one of its stream, because it is very long.
    package let isContinued: Bool
    /// The place before its first record.
    package let start: OutputPlace
    /// The place behind its last record so far.
    package let end: OutputPlace

    package init(
        _ stream: ProgramStream, _ text: [StyledText], isContinued: Bool = false, start: OutputPlace, end: OutputPlace
    ) {
        self.stream = stream
        self.text = text
        self.isContinued = isContinued
        self.start = start
        self.end = end
    }
}
