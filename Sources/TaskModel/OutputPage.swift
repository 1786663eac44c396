/// Lines of the output of an attempt.
package struct OutputPage: Sendable, Hashable {
    /// The attempt, counted from 1.
    package var attempt: Int
    /// The lines, in the order in which they ended; a very long line comes in pieces.
    package var lines: [OutputLine]
    /// At the end of the output, the lines that have not ended; a later page has them again.
    package var openLines: [OutputLine]
    /// The cursor before the lines.
    package var start: OutputCursor
    /// The cursor behind the lines, before those that have not ended.
    package var end: OutputCursor
    /// Whether the page continues the cursor of the request; otherwise what was there is gone, and the page has the
    /// last lines instead.
    package var isContinuation: Bool
    /// Whether there is output before the lines.
    package var hasEarlier: Bool
    /// Whether there was output behind the lines when the page was read.
    package var hasLater: Bool

    /// The cursor behind all that the page has, the lines included that have not ended: it is another one for each page
    /// that has more.
    package var reached: OutputCursor {
        openLines.reduce(into: end) { cursor, line in cursor[line.stream] = line.end }
    }

    package init(
        attempt: Int, lines: [OutputLine], openLines: [OutputLine] = [], start: OutputCursor, end: OutputCursor,
        isContinuation: Bool = true, hasEarlier: Bool = false, hasLater: Bool = false
    ) {
        self.attempt = attempt
        self.lines = lines
        self.openLines = openLines
        self.start = start
        self.end = end
        self.isContinuation = isContinuation
        self.hasEarlier = hasEarlier
        self.hasLater = hasLater
    }
}

/// The part of an output that a page is to have.
package enum OutputPart: Sendable, Hashable {
    case first
    case last
    /// The lines that end at the cursor.
    case before(OutputCursor)
    /// The lines from the cursor on.
    case after(OutputCursor)
}

/// A request for a page of output.
package struct OutputQuery: Sendable, Hashable {
    package var part: OutputPart
    /// The only stream; `nil` for both.
    package var stream: ProgramStream?
    /// The most lines of the page.
    package var limit: Int

    package init(_ part: OutputPart, stream: ProgramStream? = nil, limit: Int = 1000) {
        self.part = part
        self.stream = stream
        self.limit = limit
    }
}
