import AsyncHTTPClient
import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1

/// Collects an answer on the event loop of its connection, without waking a task for every part.
final class AnswerCollector: HTTPClientResponseDelegate {
    private struct Parts {
        var head: HTTPResponseHead?
        var body: [UInt8] = []
    }

    private let sizeLimit: Int
    private let parts = NIOLockedValueBox(Parts())

    /// - Parameter sizeLimit: the most bytes of the body.
    init(sizeLimit: Int) {
        self.sizeLimit = sizeLimit
    }

    /// Whether an answer has begun.
    var hasBegun: Bool { parts.withLockedValue { $0.head != nil } }

    func didReceiveHead(task: HTTPClient.Task<Answer>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
        parts.withLockedValue { $0.head = head }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(task: HTTPClient.Task<Answer>, _ part: ByteBuffer) -> EventLoopFuture<Void> {
        let fits = parts.withLockedValue { parts in
            guard parts.body.count + part.readableBytes <= sizeLimit else { return false }
            part.withUnsafeReadableBytes { parts.body.append(contentsOf: $0) }
            return true
        }
        return fits
            ? task.eventLoop.makeSucceededVoidFuture()
            : task.eventLoop.makeFailedFuture(NIOTooManyBytesError(maxBytes: sizeLimit))
    }

    func didFinishRequest(task: HTTPClient.Task<Answer>) throws -> Answer {
        try parts.withLockedValue { parts in
            guard let head = parts.head else { throw HTTPClientError.remoteConnectionClosed }
            return Answer(head: head, body: parts.body)
        }
    }

    struct Answer: Sendable {
        let head: HTTPResponseHead
        let body: [UInt8]
    }
}
