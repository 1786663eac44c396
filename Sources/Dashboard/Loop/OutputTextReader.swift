import TaskControl
import TaskModel

/// Reads the whole output of a task, page by page.
struct OutputTextReader: Sendable {
    private let outputs: any TaskOutputs

    init(_ outputs: any TaskOutputs) {
        self.outputs = outputs
    }

    /// The number of times that reading begins again because the log was rotated meanwhile.
    private static let retries = 3

    /// The text of the latest attempt; `nil` if the task runs no program.
    ///
    /// - Parameters:
    ///   - stream: The only stream; `nil` for both.
    ///   - limit: The maximum size, in bytes; what is longer is read no further.
    func text(of id: TaskID, _ stream: ProgramStream?, limit: Int) async throws(TaskError) -> OutputText? {
        for _ in 0...Self.retries {
            guard let page = try await page(of: id, nil, OutputQuery(.first, stream: stream)) else { return nil }
            if let text = try await text(of: id, stream, from: page, limit: limit) { return text }
        }
        throw .storageUnavailable(reason: "the output is being written faster than it can be read")
    }

    /// The text from a first page on; `nil` if what follows a page is gone.
    private func text(
        of id: TaskID, _ stream: ProgramStream?, from first: OutputPage, limit: Int
    ) async throws(TaskError) -> OutputText? {
        var (text, page) = (OutputText(limit: limit), first)
        while true {
            text.append(page.lines)
            guard page.hasLater, !text.isTooLong else { break }
            let query = OutputQuery(.after(page.end), stream: stream)
            guard let next = try await self.page(of: id, first.attempt, query), next.isContinuation else { return nil }
            // Output of the other stream alone.
            if next.lines.isEmpty, next.end == page.end { break }
            page = next
        }
        text.finish(page.openLines)
        return text
    }

    private func page(
        of id: TaskID, _ attempt: Int?, _ query: OutputQuery
    ) async throws(TaskError) -> OutputPage? {
        try await outputs.output(of: id, attempt: attempt, query)
    }
}
