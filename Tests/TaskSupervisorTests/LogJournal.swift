import Logging
import TaskModel

/// A log that a test can wait on.
struct LogJournal {
    private struct Handler: LogHandler {
        let lines: AsyncStream<String>.Continuation
        var logLevel = Logger.Level.info
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.MetadataValue? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            lines.yield(event.message.description)
        }
    }

    let logger: Logger
    private let lines: AsyncStream<String>

    init(level: Logger.Level = .info) {
        let (lines, continuation) = AsyncStream<String>.makeStream()
        self.lines = lines
        logger = Logger(label: "test") { _ in Handler(lines: continuation, logLevel: level) }
    }

    /// Returns once the log contains such a line.
    func waitForLine(with text: String) async {
        for await line in lines where line.contains(text) { return }
    }

    /// Returns once the log contains a task's final state.
    func waitForEnd(of id: TaskID) async {
        let finalStates = TaskState.allCases.filter(\.isFinal).map(\.rawValue)
        for await line in lines where line.hasPrefix(id.description) {
            if finalStates.contains(where: { line.contains(" \($0)") }) { return }
        }
    }
}
