import JSON
import TaskControl
import TaskModel

/// The log of a service, continued after a connection was lost.
struct RemoteLog: AsyncSequence, Sendable {
    private let client: TaskClient
    private let connection: ServiceConnection

    init(_ client: TaskClient, _ connection: ServiceConnection) {
        self.client = client
        self.connection = connection
    }

    func makeAsyncIterator() -> Iterator { Iterator(client: client, connection: connection) }

    struct Iterator: AsyncIteratorProtocol {
        private let client: TaskClient
        private let connection: ServiceConnection
        private var parts: ServiceBody.Iterator?
        private var line: [UInt8] = []
        private var continuation = LogContinuation()
        private var isRefused = false

        fileprivate init(client: TaskClient, connection: ServiceConnection) {
            self.client = client
            self.connection = connection
        }

        mutating func next(isolation actor: isolated (any Actor)?) async -> [LogRecord]? {
            while !Task.isCancelled, !isRefused {
                do throws(TaskError) {
                    if parts == nil {
                        parts = try await client.serviceLog(tail: LogContinuation.tail).makeAsyncIterator()
                        line = []
                        continuation.beginConnection()
                    }
                    guard let part = try await parts?.next(isolation: actor) else {
                        throw .remote(.connectionLost(reason: "the service has ended"))
                    }
                    let records = try records(in: part)
                    if !records.isEmpty { return records }
                } catch {
                    parts = nil
                    // Another token may be refused only until the service is started again.
                    if case .remote(.forbidden(let problem)) = error, problem.status == 403 {
                        isRefused = true
                        continuation.beginConnection()
                        return continuation.append([Self.refusal(problem)])
                    }
                    await connection.waitToRetry()
                }
            }
            return nil
        }

        mutating func next() async -> [LogRecord]? { await next(isolation: nil) }

        private mutating func records(in part: [UInt8]) throws(TaskError) -> [LogRecord] {
            line += part
            guard let end = line.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
            var records: [LogRecord] = []
            for text in line[...end].split(separator: UInt8(ascii: "\n")) {
                records.append(try TaskClient.decode(LogRecord.self, from: Array(text)))
            }
            line.removeFirst(end + 1)
            return continuation.append(records)
        }

        /// A line in place of the log.
        private static func refusal(_ problem: RemoteProblem) -> LogRecord {
            LogRecord(
                number: 0, time: ServiceClock().now.wall, level: .notice,
                text: "the service's log is not shown: \(problem.detail)")
        }
    }
}
