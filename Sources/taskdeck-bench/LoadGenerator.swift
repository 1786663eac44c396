import Glibc

/// Connections that request one path in a loop, all on one thread.
///
/// Responses are counted and discarded: client and service share the processors.
struct LoadGenerator {
    /// One of the connections, between two calls of recv(2).
    fileprivate struct Connection {
        let descriptor: Int32
        var sentAt = ContinuousClock.now
        var state = State.head([])

        /// How much of a response has arrived.
        enum State {
            /// Nothing, or part of the head.
            case head([UInt8])
            /// The head; the payload is the number of missing bytes.
            case counted(Int)
            /// The head of a chunked response; the payload is its last bytes so far.
            case chunked([UInt8])
        }
    }

    /// The result of a run.
    struct Outcome {
        let requestsPerSecond: Double
        /// In milliseconds.
        let latencies: Distribution
    }

    /// Sends requests for `duration`, at least one on every connection.
    ///
    /// - Throws: ``BenchmarkError`` for any status other than 200.
    static func run(
        _ path: String, port: Int, connections count: Int = 32, for duration: Duration = .milliseconds(1500)
    ) throws(BenchmarkError) -> Outcome {
        let request = Array("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\r\n".utf8)
        var connections: [Connection] = []
        defer { for connection in connections { close(connection.descriptor) } }
        for _ in 0..<count { connections.append(Connection(descriptor: try Loopback.connect(to: port))) }
        var watched = connections.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
        var latencies: [Double] = []
        let clock = ContinuousClock()
        let start = clock.now
        for index in connections.indices {
            connections[index].sentAt = clock.now
            try Loopback.send(request, on: connections[index].descriptor)
        }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        defer { buffer.deallocate() }
        var open = count
        while open > 0 {
            guard poll(&watched, nfds_t(watched.count), 10_000) > 0 else {
                throw BenchmarkError(description: "GET \(path): no response for 10 s")
            }
            for index in watched.indices where watched[index].revents != 0 {
                guard try connections[index].receive(through: buffer, path) else { continue }
                let now = clock.now
                latencies.append((now - connections[index].sentAt).milliseconds)
                if now - start < duration {
                    connections[index].sentAt = now
                    try Loopback.send(request, on: watched[index].fd)
                } else {
                    watched[index].fd = -1
                    open -= 1
                }
            }
        }
        let seconds = (clock.now - start).milliseconds / 1000
        return Outcome(requestsPerSecond: Double(latencies.count) / seconds, latencies: Distribution(latencies))
    }
}

extension LoadGenerator.Connection {
    /// Reads once from the socket.
    ///
    /// - Returns: Whether the response is complete.
    /// - Throws: ``BenchmarkError`` for any status other than 200.
    fileprivate mutating func receive(
        through buffer: UnsafeMutableRawBufferPointer, _ path: String
    ) throws(BenchmarkError) -> Bool {
        if case .counted(let missing) = state {
            // MSG_TRUNC discards the bytes in the kernel, see tcp(7).
            let count = recv(descriptor, nil, missing, Int32(MSG_TRUNC))
            guard count > 0 else { throw BenchmarkError(description: "GET \(path): the connection was closed") }
            return advance(to: .counted(missing - count))
        }
        let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
        guard count > 0 else { throw BenchmarkError(description: "GET \(path): the connection was closed") }
        let part = UnsafeRawBufferPointer(rebasing: buffer[..<count])
        switch state {
        case .counted: return false
        case .chunked(let tail):
            return advance(to: .chunked((tail + part.suffix(Self.lastChunk.count)).suffix(Self.lastChunk.count)))
        case .head(let before) where before.isEmpty: return advance(to: try Self.state(after: part, path))
        case .head(let before):
            let state = (before + part).withUnsafeBytes { bytes in
                Result { () throws(BenchmarkError) in try Self.state(after: bytes, path) }
            }
            return advance(to: try state.get())
        }
    }

    /// Sets the state, or that of the next response if this one is complete.
    private mutating func advance(to state: State) -> Bool {
        switch state {
        case .counted(0), .chunked(Self.lastChunk):
            self.state = .head([])
            return true
        case .head, .counted, .chunked:
            self.state = state
            return false
        }
    }

    /// The state after the first bytes of a response.
    private static func state(after bytes: UnsafeRawBufferPointer, _ path: String) throws(BenchmarkError) -> State {
        guard let end = bytes.offset(after: "\r\n\r\n") else { return .head(Array(bytes)) }
        guard bytes.starts(with: "HTTP/1.1 200".utf8) else {
            throw BenchmarkError(
                description: "GET \(path) returned \(String(decoding: bytes.prefix(200), as: UTF8.self))")
        }
        let head = UnsafeRawBufferPointer(rebasing: bytes[..<end])
        guard let start = head.offset(after: "\r\ncontent-length:") else {
            return .chunked(bytes[end...].suffix(lastChunk.count))
        }
        let digits = head[start...].drop { $0 == UInt8(ascii: " ") }.prefix { (0x30...0x39).contains($0) }
        return .counted(end + digits.reduce(0) { $0 * 10 + Int($1 - 0x30) } - bytes.count)
    }

    /// Does not occur inside JSON, in which line breaks are escaped.
    private static let lastChunk = Array("0\r\n\r\n".utf8)
}

extension UnsafeRawBufferPointer {
    /// The offset after the first occurrence of a text in lower-case ASCII, regardless of case here.
    fileprivate func offset(after text: StaticString) -> Int? {
        let count = text.utf8CodeUnitCount
        guard self.count >= count else { return nil }
        return (count...self.count).first { end in
            (0..<count).allSatisfy { index in
                let byte = self[end - count + index]
                return byte == text.utf8Start[index] || byte | 0x20 == text.utf8Start[index]
            }
        }
    }
}
