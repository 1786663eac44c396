import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// The answer of a server that streams events, read as it comes.
///
/// The connection is closed when this is not used any more.
package struct ReceivedEvents {
    package let status: Int
    package let headers: [String: String]
    package private(set) var parser = EventParser()
    private var parts: HTTPClientResponse.Body.AsyncIterator
    private var events: [ReceivedEvent] = []

    init(_ response: HTTPClientResponse) {
        status = Int(response.status.code)
        headers = Dictionary(response.headers.map { ($0.name.lowercased(), $0.value) }) { first, _ in first }
        parts = response.body.makeAsyncIterator()
    }

    /// The next event; `nil` at the end of the stream.
    package mutating func next() async throws -> ReceivedEvent? {
        while events.isEmpty {
            guard let part = try await parts.next() else { return nil }
            events = parser.parse(part.readableBytesView)
        }
        return events.removeFirst()
    }

    /// The next event of a name, `nil` at the end of the stream; others before it are dropped.
    package mutating func next(_ name: String) async throws -> ReceivedEvent? {
        while let event = try await next() {
            if event.name == name { return event }
        }
        return nil
    }

    /// The next event that a condition selects, `nil` at the end of the stream; others before it are dropped.
    package mutating func first(where isDue: (ReceivedEvent) -> Bool) async throws -> ReceivedEvent? {
        while let event = try await next() {
            if isDue(event) { return event }
        }
        return nil
    }

    /// All other events until the end of the stream.
    package mutating func rest() async throws -> [ReceivedEvent] {
        var rest: [ReceivedEvent] = []
        while let event = try await next() { rest.append(event) }
        return rest
    }

    /// Reads until a comment comes.
    package mutating func waitForComment() async throws {
        let comments = parser.comments
        while parser.comments == comments, let part = try await parts.next() {
            events += parser.parse(part.readableBytesView)
        }
    }
}
