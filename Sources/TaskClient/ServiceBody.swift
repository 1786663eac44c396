import AsyncHTTPClient
import NIOCore
package import TaskModel

/// The body of an answer, in parts as they come.
///
/// The service sends no more than its reader accepts.
package struct ServiceBody: AsyncSequence, Sendable {
    package typealias Failure = TaskError

    private let body: HTTPClientResponse.Body
    /// Whether the beginning of a log has been dropped.
    package let isTruncated: Bool

    init(_ body: HTTPClientResponse.Body, isTruncated: Bool) {
        self.body = body
        self.isTruncated = isTruncated
    }

    package func makeAsyncIterator() -> Iterator { Iterator(parts: body.makeAsyncIterator()) }

    package struct Iterator: AsyncIteratorProtocol {
        fileprivate var parts: HTTPClientResponse.Body.AsyncIterator

        /// The next bytes; `nil` at the end of the answer.
        package mutating func next(isolation actor: isolated (any Actor)?) async throws(TaskError) -> [UInt8]? {
            do {
                guard var part = try await parts.next(isolation: actor) else { return nil }
                return part.readBytes(length: part.readableBytes) ?? []
            } catch {
                throw .remote(RemoteFailure(receiving: error))
            }
        }

        package mutating func next() async throws(TaskError) -> [UInt8]? {
            try await next(isolation: nil)
        }
    }
}
