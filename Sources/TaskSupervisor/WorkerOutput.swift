import JSON
import TaskModel
import WorkerProtocol

/// Reads what a worker writes.
///
/// One that writes without end gives others their turn again and again: its pipe is never empty, so nothing else
/// would make the task that reads it wait.
enum WorkerOutput {
    /// The longest line a worker may write: a result may hold a mebibyte of the client's data, and
    /// escapes can make six of one.
    private static let lineLimit = 8 << 20

    /// Reads standard output to its end: updates, one JSON object a line.
    static func readUpdates<Chunks: AsyncSequence>(
        _ output: Chunks, _ report: @Sendable (WorkerEvent) async -> Void
    ) async where Chunks.Element: Collection<UInt8> {
        var splitter = LineSplitter(limit: lineLimit)
        do {
            for try await chunk in output {
                for part in chunk.parts {
                    for piece in splitter.feed(part) {
                        guard case .line(let line) = piece else {
                            return await report(.violation("the worker wrote a line of over \(lineLimit) bytes"))
                        }
                        do {
                            await report(.update(try JSONCoding.decode(WorkerUpdate.self, from: line.utf8)))
                        } catch {
                            let excerpt = PlainText.visible(String(line.prefix(100)))
                            return await report(.violation("the worker wrote a line that is no update: \(excerpt)"))
                        }
                    }
                    await Task.yield()
                }
            }
            if let rest = splitter.finish() {
                let excerpt = PlainText.visible(String(rest.prefix(100)))
                await report(.violation("the worker's last line is cut off: \(excerpt)"))
            }
        } catch {
            await report(.violation("the worker's pipe cannot be read: \(error)"))
        }
    }

    /// Reads standard error to its end: lines for people.
    static func readLog<Chunks: AsyncSequence>(
        _ output: Chunks, _ report: @Sendable (WorkerEvent) async -> Void
    ) async where Chunks.Element: Collection<UInt8> {
        var splitter = LineSplitter(limit: LogTail.lineLimit)
        // A failing pipe of log lines is no reason to give up the task itself.
        try? await { () async throws in
            for try await chunk in output {
                for part in chunk.parts {
                    for piece in splitter.feed(part) {
                        switch piece {
                        case .line(let line), .overlong(let line): await report(.log(PlainText.visible(line)))
                        }
                    }
                    await Task.yield()
                }
            }
        }()
        if let rest = splitter.finish() { await report(.log(PlainText.visible(rest))) }
    }
}

extension Collection {
    /// The same in order, in parts that take no more than a moment.
    fileprivate var parts: UnfoldSequence<SubSequence, SubSequence> {
        sequence(state: self[...]) { rest in
            guard !rest.isEmpty else { return nil }
            defer { rest = rest.dropFirst(4096) }
            return rest.prefix(4096)
        }
    }
}
