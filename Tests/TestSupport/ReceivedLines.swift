import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// The lines of an answer, read as they come.
///
/// The connection is closed when this is not used any more.
package struct ReceivedLines {
    package let status: Int
    private var parts: HTTPClientResponse.Body.AsyncIterator
    private var rest = ByteBuffer()

    init(_ response: HTTPClientResponse) {
        status = Int(response.status.code)
        parts = response.body.makeAsyncIterator()
    }

    /// The next line; `nil` at the end of the answer.
    package mutating func next() async throws -> String? {
        while true {
            if let end = rest.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) {
                let line = rest.readString(length: end - rest.readerIndex)
                rest.moveReaderIndex(forwardBy: 1)
                return line
            }
            guard var part = try await parts.next() else { return nil }
            rest.writeBuffer(&part)
        }
    }
}
