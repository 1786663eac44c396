package import TaskModel

/// The text of an output, put together from its pages: without styles, and with the pieces of long lines joined.
package struct OutputText: Sendable, Hashable {
    /// The lines that have ended, in the order in which they did.
    package private(set) var text = ""
    /// Whether there was more than fits into the limit, which ``text`` lacks.
    package private(set) var isTooLong = false
    private let limit: Int
    /// The beginnings of long lines.
    private var beginnings = PerStream("")

    /// - Parameter limit: The maximum size, in bytes.
    package init(limit: Int) { self.limit = limit }

    /// The lines of a text within the limit.
    package init(_ text: String) {
        self.init(limit: text.utf8.count)
        self.text = text
    }

    package mutating func append(_ lines: [OutputLine]) {
        for line in lines where !isTooLong {
            for run in line.text { beginnings[line.stream] += run.text }
            let size = text.utf8.count + beginnings[line.stream].utf8.count + 1
            if size > limit {
                isTooLong = true
            } else if !line.isContinued {
                endLine(of: line.stream)
            }
        }
    }

    /// Appends the lines that have not ended.
    package mutating func finish(_ openLines: [OutputLine]) {
        append(openLines)
        for stream in ProgramStream.allCases where !beginnings[stream].isEmpty && !isTooLong { endLine(of: stream) }
    }

    private mutating func endLine(of stream: ProgramStream) {
        text += beginnings[stream]
        text += "\n"
        beginnings[stream] = ""
    }
}
