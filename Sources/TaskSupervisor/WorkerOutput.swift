import JSON
import TaskModel
import WorkerProtocol

/// Reads the output of a worker.
///
/// Yields after each part, so that a worker that writes without pause does not starve other tasks.
enum WorkerOutput {
    /// The longest line in bytes: a result may hold a mebibyte of the client's data, which escapes make at most six times
    /// as long.
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

    /// Reads standard error to its end: lines of text.
    static func readLog<Chunks: AsyncSequence>(
        _ output: Chunks, _ report: @Sendable (WorkerEvent) async -> Void
    ) async where Chunks.Element: Collection<UInt8> {
        var splitter = LineSplitter(limit: LogTail.lineLimit)
        // The task goes on without its log.
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
    /// Its parts, in order, each small enough to be handled in a moment.
    fileprivate var parts: UnfoldSequence<SubSequence, SubSequence> {
        sequence(state: self[...]) { rest in
            guard !rest.isEmpty else { return nil }
            defer { rest = rest.dropFirst(4096) }
            return rest.prefix(4096)
        }
    }
}
