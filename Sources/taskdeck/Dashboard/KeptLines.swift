import Logging
import NIOConcurrencyHelpers

/// What is logged while a screen covers the shell, for the shell afterwards.
final class KeptLines: Sendable {
    /// The most lines; the first ones matter most.
    private static let capacity = 100

    private let lines = NIOLockedValueBox<[String]>([])

    /// Keeps warnings, and what is worse.
    var logger: Logger {
        Logger(label: "taskdeck") { _ in Handler(lines: self) }
    }

    private func append(_ line: String) {
        lines.withLockedValue { lines in
            if lines.count < Self.capacity { lines.append(line) }
        }
    }

    /// Writes the lines to standard error.
    func write() {
        for line in lines.withLockedValue(\.self) { StandardStream.report(line) }
    }

    private struct Handler: LogHandler {
        let lines: KeptLines
        var logLevel = Logger.Level.warning
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.MetadataValue? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { lines.append(event.message.description) }
    }
}
