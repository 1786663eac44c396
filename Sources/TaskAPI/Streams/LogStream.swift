import Hummingbird
import JSON
import NIOCore
import TaskControl

/// The body of `GET /log`.
struct LogStream: Sendable {
    let log: any LogSource
    /// The least important level that is shown.
    let level: LogLevel
    /// The most records of those that were logged before; `nil` for all.
    let tail: Int?

    /// Writes the records that are kept.
    func write(to writer: any ResponseBodyWriter) async throws {
        var output = StreamOutput(writer)
        for await records in log.records() {
            try await write(earlier(records), to: &output)
            break
        }
        try await output.finish()
    }

    /// Writes the records that are kept, and all that follow until the client has gone or the service has ended.
    func follow(on connection: StreamConnection, to writer: any ResponseBodyWriter) async throws {
        var connection = connection
        defer { connection.close() }
        var output = StreamOutput(writer)
        let mailbox = LogMailbox()
        try await withThrowingTaskGroup(of: Void.self) { [connection] group in
            group.addTask {
                var isFirst = true
                for await records in log.records() {
                    mailbox.append(isFirst ? earlier(records) : records.filter(isShown))
                    isFirst = false
                    connection.signal()
                }
            }
            defer { group.cancelAll() }
            for await _ in connection.reader.signals { try await write(mailbox.removeAll(), to: &output) }
            try await write(mailbox.removeAll(), to: &output)
        }
        try await output.finish()
    }

    private func isShown(_ record: LogRecord) -> Bool { record.level >= level }

    private func earlier(_ records: [LogRecord]) -> [LogRecord] {
        records.filter(isShown).suffix(tail ?? .max)
    }

    private func write(_ records: [LogRecord], to output: inout StreamOutput) async throws {
        for record in records {
            output.buffer.writeBytes(JSONCoding.encode(record))
            output.buffer.writeInteger(UInt8(ascii: "\n"))
            try await output.flushIfFull()
        }
        try await output.flush()
    }
}
