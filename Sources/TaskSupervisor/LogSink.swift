import Glibc
package import Logging
import Synchronization
package import SystemPackage
import TaskModel

/// Where log lines go: standard error and, if wanted, a file.
package final class LogSink: Sendable {
    private struct State {
        var file: FileDescriptor?
    }

    private let state = Mutex(State())

    /// - Parameter file: appended to; made if it is not there.
    /// - Throws: `Errno` when the file cannot be opened.
    package init(file: FilePath?) throws {
        guard let file else { return }
        let descriptor = try FileDescriptor.open(
            file, .writeOnly, options: [.append, .create, .closeOnExec],
            permissions: [.ownerReadWrite, .groupRead, .otherRead])
        state.withLock { $0.file = descriptor }
    }

    /// Writes one line to everywhere.
    ///
    /// A file that fails is said so once, and left alone from then on.
    func write(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        state.withLock { state in
            Self.writeToStandardError(bytes)
            guard let file = state.file else { return }
            do {
                _ = try file.writeAll(bytes)
            } catch {
                try? file.close()
                state.file = nil
                Self.writeToStandardError(Array("taskdeck: the log file cannot be written any more: \(error)\n".utf8))
            }
        }
    }

    private static func writeToStandardError(_ bytes: [UInt8]) {
        // Without standard error there is nobody to tell that it is gone.
        _ = try? FileDescriptor.standardError.writeAll(bytes)
    }

    /// A logger that writes here.
    package func logger(label: String, level: Logger.Level) -> Logger {
        Logger(label: label) { _ in LineLogHandler(sink: self, logLevel: level) }
    }
}

/// Writes each record as one line: time, level, message, metadata.
struct LineLogHandler: LogHandler {
    let sink: LogSink
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    private let clock = ServiceClock()

    init(sink: LogSink, logLevel: Logger.Level) {
        self.sink = sink
        self.logLevel = logLevel
    }

    subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
        let fields = all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        let level = event.level.rawValue.padding(to: 8)
        sink.write("\(clock.now.wall) \(level) \(PlainText.visible(event.message.description + fields))")
    }
}

extension String {
    fileprivate func padding(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
