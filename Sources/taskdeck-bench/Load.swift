import Glibc

/// Many connections that ask for one path again and again, on one thread.
///
/// Answers are counted, not kept: what the client does is taken from the service's processors.
struct Load {
    /// One of the connections, between two calls of recv(2).
    fileprivate struct Connection {
        let descriptor: Int32
        var asked = ContinuousClock.now
        var progress = Progress.head([])

        /// How much of an answer has come.
        enum Progress {
            /// Nothing or a part of the head.
            case head([UInt8])
            /// The head; so many bytes are missing.
            case counted(Int)
            /// The head of one that comes in chunks; the last bytes so far.
            case chunked([UInt8])
        }
    }

    /// What came of it.
    struct Result {
        let requestsPerSecond: Double
        /// In milliseconds.
        let latencies: Sample
    }

    /// Asks for a time, at least for one answer on every connection.
    ///
    /// - Throws: ``Failure`` for any answer but 200.
    static func run(
        _ path: String, port: Int, connections count: Int = 32, for duration: Duration = .milliseconds(1500)
    ) throws(Failure) -> Result {
        let request = Array("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\r\n".utf8)
        var connections: [Connection] = []
        defer { for connection in connections { close(connection.descriptor) } }
        for _ in 0..<count { connections.append(Connection(descriptor: try Loopback.connect(to: port))) }
        var watched = connections.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
        var latencies: [Double] = []
        let clock = ContinuousClock()
        let start = clock.now
        for index in connections.indices {
            connections[index].asked = clock.now
            try Loopback.send(request, on: connections[index].descriptor)
        }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { buffer.deallocate() }
        var open = count
        while open > 0 {
            guard poll(&watched, nfds_t(watched.count), 10_000) > 0 else {
                throw Failure(description: "GET \(path): no answer for 10 s")
            }
            for index in watched.indices where watched[index].revents != 0 {
                let received = recv(watched[index].fd, buffer.baseAddress, buffer.count, 0)
                guard received > 0 else { throw Failure(description: "GET \(path): the connection was closed") }
                let part = UnsafeRawBufferPointer(rebasing: buffer[..<received])
                guard try connections[index].receive(part, path) else { continue }
                let now = clock.now
                latencies.append((now - connections[index].asked).milliseconds)
                if now - start < duration {
                    connections[index].asked = now
                    try Loopback.send(request, on: watched[index].fd)
                } else {
                    watched[index].fd = -1
                    open -= 1
                }
            }
        }
        let seconds = (clock.now - start).milliseconds / 1000
        return Result(requestsPerSecond: Double(latencies.count) / seconds, latencies: Sample(latencies))
    }
}

extension Load.Connection {
    /// Takes what has come.
    ///
    /// - Returns: Whether the answer is complete.
    fileprivate mutating func receive(_ part: UnsafeRawBufferPointer, _ path: String) throws(Failure) -> Bool {
        switch progress {
        case .counted(let missing):
            progress = .counted(missing - part.count)
        case .chunked(let tail):
            progress = .chunked(Array((tail + part.suffix(Self.lastChunk.count)).suffix(Self.lastChunk.count)))
        case .head(let before):
            let bytes = before + part
            guard let end = bytes.firstRange(of: [13, 10, 13, 10])?.upperBound else {
                progress = .head(bytes)
                return false
            }
            let head = String(decoding: bytes[..<end], as: UTF8.self).lowercased()
            guard head.hasPrefix("http/1.1 200") else {
                throw Failure(description: "GET \(path) was answered with \(head.prefix(200))")
            }
            let length = head.split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
            progress =
                length.flatMap { Int($0.dropFirst(15).drop { $0 == " " }) }
                .map { .counted(end + $0 - bytes.count) }
                ?? .chunked(Array(bytes[end...].suffix(Self.lastChunk.count)))
        }
        switch progress {
        case .counted(0): break
        case .chunked(Self.lastChunk): break
        case .head, .counted, .chunked: return false
        }
        progress = .head([])
        return true
    }

    /// Cannot be in JSON, where a line break is written as an escape.
    private static let lastChunk = Array("0\r\n\r\n".utf8)
}
