/// The lines that a program has written, and those that follow.
package actor LineLog {
    private var lines: [String] = []
    private var isFinished = false
    private var readers: [(index: Int, id: UInt64, continuation: CheckedContinuation<Void, Never>)] = []
    private var readerCount: UInt64 = 0
    private var waiters: [(matches: @Sendable (String) -> Bool, continuation: CheckedContinuation<String?, Never>)] = []

    package init() {}

    package var all: [String] { lines }

    func append(_ line: String) {
        lines.append(line)
        resumeReaders { $0 < lines.count }
        waiters.removeAll { waiter in
            guard waiter.matches(line) else { return false }
            waiter.continuation.resume(returning: line)
            return true
        }
    }

    func finish() {
        isFinished = true
        resumeReaders { _ in true }
        for waiter in waiters { waiter.continuation.resume(returning: nil) }
        waiters = []
    }

    package var count: Int { lines.count }

    /// The line with this number, as soon as it has been written.
    ///
    /// - Returns: `nil` when the program has ended without it, or the task is cancelled.
    package func line(at index: Int) async -> String? {
        if index >= lines.count, !isFinished {
            readerCount += 1
            let id = readerCount
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    if Task.isCancelled { return continuation.resume() }
                    readers.append((index, id, continuation))
                }
            } onCancel: {
                Task { await self.cancel(id) }
            }
        }
        return lines.indices.contains(index) ? lines[index] : nil
    }

    private func cancel(_ id: UInt64) {
        for reader in readers where reader.id == id { reader.continuation.resume() }
        readers.removeAll { $0.id == id }
    }

    private func resumeReaders(_ isDue: (Int) -> Bool) {
        for reader in readers where isDue(reader.index) { reader.continuation.resume() }
        readers.removeAll { isDue($0.index) }
    }

    /// All lines, once the program has closed its end.
    package func allAtEnd() async -> [String] {
        if !isFinished {
            _ = await withCheckedContinuation { waiters.append(({ _ in false }, $0)) }
        }
        return lines
    }

    /// The nth line with a text, as soon as it has been written.
    ///
    /// - Throws: ``LineMissing`` when the program has ended without it.
    @discardableResult
    package func line(_ occurrence: Int, with text: String) async throws -> String {
        var (index, seen) = (0, 0)
        while let line = await line(at: index) {
            if line.contains(text) { seen += 1 }
            if seen == occurrence { return line }
            index += 1
        }
        throw LineMissing(texts: [text], lines: lines)
    }

    /// The first line with all these texts, as soon as it has been written.
    ///
    /// - Throws: ``LineMissing`` when the program has ended without it.
    @discardableResult
    package func line(with texts: String...) async throws -> String {
        let matches: @Sendable (String) -> Bool = { line in texts.allSatisfy { line.contains($0) } }
        if let line = lines.first(where: matches) { return line }
        if !isFinished {
            let line = await withCheckedContinuation { waiters.append((matches, $0)) }
            if let line { return line }
        }
        throw LineMissing(texts: texts, lines: lines)
    }
}

/// A line that a program has not written.
package struct LineMissing: Error {
    package let texts: [String]
    package let lines: [String]
}
