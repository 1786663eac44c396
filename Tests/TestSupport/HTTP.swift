import AsyncHTTPClient
package import JSON
package import NIOCore
import NIOHTTP1
import NIOPosix
package import SystemPackage
package import TaskModel

/// One answer of an HTTP server.
package struct Answer: Sendable {
    package let status: Int
    package let headers: [String: String]
    package let body: String

    /// The body as JSON; `null` when it is none.
    package var json: JSONValue {
        (try? JSONCoding.decode(JSONValue.self, from: body.utf8)) ?? .null
    }

    /// The body as a task record.
    ///
    /// - Throws: `JSONSyntaxError` or `JSONShapeError` when it is none.
    package var record: TaskRecord {
        get throws { try JSONCoding.decode(TaskRecord.self, from: body.utf8) }
    }

    /// The `code` of a problem.
    package var code: JSONValue? { json["code"] }
}

/// A client for a program under test.
package struct HTTP: Sendable {
    /// Shared until the process ends; does not retry connections to programs that do not listen.
    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
    }()

    package let base: String
    package var headers: [(String, String)] = []

    package init(base: String) {
        self.base = base
    }

    /// - Parameter socket: the path of a Unix socket.
    package init(socket: FilePath) {
        base = "http+unix://" + socket.string.replacing("%", with: "%25").replacing("/", with: "%2F")
    }

    /// - Parameter limit: the most bytes of the answer's body that are read.
    package func get(_ path: String, upTo limit: Int = 64 << 20) async throws -> Answer {
        try await send("GET", path, upTo: limit)
    }

    /// Reads an answer as it comes, until it has a text or ends.
    ///
    /// - Parameter text: `nil` reads all of it.
    @discardableResult
    package func read(_ path: String, until text: String? = nil) async throws -> String {
        let request = HTTPClientRequest(url: base + path)
        let response = try await Self.client.execute(request, deadline: .distantFuture)
        var answer = ""
        for try await part in response.body {
            answer += String(buffer: part)
            if let text, answer.contains(text) { break }
        }
        return answer
    }

    package func post(_ path: String, _ body: String, type: String? = "application/json") async throws -> Answer {
        try await send("POST", path, body: body, type: type)
    }

    package func delete(_ path: String) async throws -> Answer {
        try await send("DELETE", path)
    }

    package func send(
        _ method: String, _ path: String, body: String? = nil, type: String? = nil, upTo limit: Int = 64 << 20
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: base + path)
        request.method = HTTPMethod(rawValue: method)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let type { request.headers.add(name: "Content-Type", value: type) }
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await Self.client.execute(request, timeout: .seconds(60))
        let collected = try await response.body.collect(upTo: limit)
        return Answer(
            status: Int(response.status.code),
            headers: Dictionary(response.headers.map { ($0.name.lowercased(), $0.value) }) { first, _ in first },
            body: String(buffer: collected))
    }

    /// Opens a stream of events.
    ///
    /// - Parameter lastEventID: sent as `Last-Event-ID`; `nil` for none.
    package func events(_ path: String = "/events", after lastEventID: String? = nil) async throws -> ReceivedEvents {
        let header = lastEventID.map { [("Last-Event-ID", $0)] } ?? []
        return ReceivedEvents(try await stream(path, header))
    }

    /// Opens a stream of lines.
    package func lines(_ path: String) async throws -> ReceivedLines { ReceivedLines(try await stream(path, [])) }

    private func stream(_ path: String, _ others: [(String, String)]) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: base + path)
        for (name, value) in headers + others { request.headers.add(name: name, value: value) }
        return try await Self.client.execute(request, timeout: .seconds(60))
    }

    /// Sends bytes unchanged and returns all bytes until the server closes.
    package static func raw(_ text: String, toPort port: Int) async throws -> String {
        try await raw(pieces: [text], toPort: port)
    }

    /// Sends bytes unchanged to a Unix socket and returns all bytes until the server closes.
    package static func raw(_ text: String, toSocket socket: FilePath) async throws -> String {
        try await connect(toSocket: socket, sending: text) { try await exchange([], $0, $1) }
    }

    /// Sends bytes in pieces, each in its own packet.
    package static func raw(pieces: [String], toPort port: Int) async throws -> String {
        try await connect(toPort: port, sending: pieces.first ?? "") {
            try await exchange(pieces.dropFirst(), $0, $1)
        }
    }

    private static func exchange(
        _ pieces: some Sequence<String>, _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>,
        _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) async throws -> String {
        // The server may close before everything is sent.
        try? await { () async throws in
            for piece in pieces where !piece.isEmpty { try await outbound.write(ByteBuffer(string: piece)) }
        }()
        var answer = ByteBuffer()
        // A server that resets the connection has closed it, too.
        try? await { () async throws in
            for try await part in inbound { answer.writeImmutableBuffer(part) }
        }()
        return String(buffer: answer)
    }

    /// Sends bytes and closes the connection without reading anything.
    package static func hangUp(after text: String, toPort port: Int) async throws {
        try await connect(toPort: port, sending: text) { _, _ in }
    }

    /// Opens a connection for plain bytes.
    ///
    /// - Parameters:
    ///   - reads: whether bytes are read before `body` requests them.
    ///   - first: sent at once, before the test has its turn: the server waits for it only for a while.
    package static func connect<Value: Sendable>(
        toPort port: Int, reads: Bool = true, sending first: String = "",
        _ body:
            @Sendable (NIOAsyncChannelInboundStream<ByteBuffer>, NIOAsyncChannelOutboundWriter<ByteBuffer>)
            async throws -> Value
    ) async throws -> Value {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelOption(.autoRead, value: reads)
            // Small, so that the kernel buffers little of what is not read.
            .channelOption(.socketOption(.so_rcvbuf), value: 128 << 10)
            .connect(host: "127.0.0.1", port: port) { channel in
                prepare(channel, sending: first)
            }
        return try await channel.executeThenClose(body)
    }

    private static func prepare(
        _ channel: any Channel, sending first: String
    ) -> EventLoopFuture<NIOAsyncChannel<ByteBuffer, ByteBuffer>> {
        channel.eventLoop.makeCompletedFuture {
            if !first.isEmpty { try channel.pipeline.syncOperations.addHandler(FirstBytes(first)) }
            return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
    }

    /// Passes a connection to a Unix socket to `body`, and closes it.
    ///
    /// - Parameter first: see ``connect(toPort:reads:sending:_:)``.
    package static func connect<Value: Sendable>(
        toSocket socket: FilePath, sending first: String = "",
        _ body:
            @Sendable (NIOAsyncChannelInboundStream<ByteBuffer>, NIOAsyncChannelOutboundWriter<ByteBuffer>)
            async throws -> Value
    ) async throws -> Value {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(unixDomainSocketPath: socket.string) { channel in prepare(channel, sending: first) }
        return try await channel.executeThenClose(body)
    }
}

/// Sends bytes as soon as there is a connection.
private final class FirstBytes: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let text: String

    init(_ text: String) { self.text = text }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
        context.fireChannelActive()
    }
}

extension JSONValue {
    /// A member of an object, an element of an array, or `nil`.
    package subscript(_ name: String) -> JSONValue? { members?[JSONName(name)] }
}
