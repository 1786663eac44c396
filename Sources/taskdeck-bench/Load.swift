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
    struct Outcome {
        let requestsPerSecond: Double
        /// In milliseconds.
        let latencies: Sample
    }

    /// Asks for a time, at least for one answer on every connection.
    ///
    /// - Throws: ``Failure`` for any answer but 200.
    static func run(
        _ path: String, port: Int, connections count: Int = 32, for duration: Duration = .milliseconds(1500)
    ) throws(Failure) -> Outcome {
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
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        defer { buffer.deallocate() }
        var open = count
        while open > 0 {
            guard poll(&watched, nfds_t(watched.count), 10_000) > 0 else {
                throw Failure(description: "GET \(path): no answer for 10 s")
            }
            for index in watched.indices where watched[index].revents != 0 {
                guard try connections[index].receive(through: buffer, path) else { continue }
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
        return Outcome(requestsPerSecond: Double(latencies.count) / seconds, latencies: Sample(latencies))
    }
}

extension Load.Connection {
    /// Takes what has come.
    ///
    /// - Returns: Whether the answer is complete.
    /// - Throws: ``Failure`` for any answer but 200.
    fileprivate mutating func receive(
        through buffer: UnsafeMutableRawBufferPointer, _ path: String
    ) throws(Failure) -> Bool {
        if case .counted(let missing) = progress {
            // The kernel drops what nobody looks at (MSG_TRUNC of tcp(7)), without copying it first.
            let count = recv(descriptor, nil, missing, Int32(MSG_TRUNC))
            guard count > 0 else { throw Failure(description: "GET \(path): the connection was closed") }
            return end(.counted(missing - count))
        }
        let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
        guard count > 0 else { throw Failure(description: "GET \(path): the connection was closed") }
        let part = UnsafeRawBufferPointer(rebasing: buffer[..<count])
        switch progress {
        case .counted: return false
        case .chunked(let tail):
            return end(.chunked((tail + part.suffix(Self.lastChunk.count)).suffix(Self.lastChunk.count)))
        case .head(let before) where before.isEmpty: return end(try Self.progress(after: part, path))
        case .head(let before):
            let progress = (before + part).withUnsafeBytes { bytes in
                Result { () throws(Failure) in try Self.progress(after: bytes, path) }
            }
            return end(try progress.get())
        }
    }

    /// Notes how much has come; when that is all, the next answer is waited for.
    private mutating func end(_ progress: Progress) -> Bool {
        switch progress {
        case .counted(0), .chunked(Self.lastChunk):
            self.progress = .head([])
            return true
        case .head, .counted, .chunked:
            self.progress = progress
            return false
        }
    }

    /// How far an answer has come that begins with these bytes.
    private static func progress(after bytes: UnsafeRawBufferPointer, _ path: String) throws(Failure) -> Progress {
        guard let end = bytes.offset(behind: "\r\n\r\n") else { return .head(Array(bytes)) }
        guard bytes.starts(with: "HTTP/1.1 200".utf8) else {
            throw Failure(
                description: "GET \(path) was answered with \(String(decoding: bytes.prefix(200), as: UTF8.self))")
        }
        let head = UnsafeRawBufferPointer(rebasing: bytes[..<end])
        guard let start = head.offset(behind: "\r\ncontent-length:") else {
            return .chunked(bytes[end...].suffix(lastChunk.count))
        }
        let digits = head[start...].drop { $0 == UInt8(ascii: " ") }.prefix { (0x30...0x39).contains($0) }
        return .counted(end + digits.reduce(0) { $0 * 10 + Int($1 - 0x30) } - bytes.count)
    }

    /// Cannot be in JSON, where a line break is written as an escape.
    private static let lastChunk = Array("0\r\n\r\n".utf8)
}

extension UnsafeRawBufferPointer {
    /// Where a text of lower-case ASCII ends for the first time, whatever the case here.
    fileprivate func offset(behind text: StaticString) -> Int? {
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
