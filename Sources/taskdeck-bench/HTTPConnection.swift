import Glibc
import JSON

/// A response to a request.
struct HTTPResponse {
    let status: Int
    let body: [UInt8]
}

/// A connection on a plain blocking socket, one request at a time.
///
/// A client library would use more processor time than the measured service.
final class HTTPConnection {
    private let descriptor: Int32
    private let host: String
    /// Header lines that grant full access; empty without a token.
    private let authorization: String
    private var buffer: [UInt8] = []
    /// The offset of the first unconsumed byte in the buffer.
    private var start = 0
    private var chunk = [UInt8](repeating: 0, count: 1 << 16)

    /// Connects to a port of the loopback address.
    ///
    /// - Parameter token: The one that grants full access.
    /// - Throws: ``BenchmarkError``.
    init(port: Int, token: String? = nil) throws(BenchmarkError) {
        authorization = token.map { "Authorization: Bearer \($0)\r\n" } ?? ""
        host = "127.0.0.1:\(port)"
        descriptor = try Loopback.connect(to: port)
    }

    deinit {
        close(descriptor)
    }

    /// Sends a request and returns its response.
    ///
    /// - Throws: ``BenchmarkError``.
    func send(_ method: String, _ path: String, _ json: String? = nil) throws(BenchmarkError) -> HTTPResponse {
        var text = "\(method) \(path) HTTP/1.1\r\nHost: \(host)\r\n\(authorization)"
        if let json { text += "Content-Type: application/json\r\nContent-Length: \(json.utf8.count)\r\n" }
        text += "\r\n" + (json ?? "")
        try Loopback.send(Array(text.utf8), on: descriptor)
        let head = String(decoding: try read(through: [13, 10, 13, 10]), as: UTF8.self).lowercased()
        guard let status = head.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
            throw BenchmarkError(description: "not an HTTP response: \(head.prefix(60))")
        }
        if let line = head.split(separator: "\r\n").first(where: { $0.hasPrefix("content-length:") }) {
            return HTTPResponse(status: status, body: Array(try read(Int(line.dropFirst(15).drop { $0 == " " }) ?? 0)))
        }
        var body: [UInt8] = []
        while true {
            let line = String(decoding: try read(through: [13, 10]), as: UTF8.self)
            let count = Int(line.prefix { $0.isHexDigit }, radix: 16) ?? 0
            body += try read(count + 2).dropLast(2)
            if count == 0 { return HTTPResponse(status: status, body: body) }
        }
    }

    /// Appends what recv(2) returns.
    private func fill() throws(BenchmarkError) {
        if start == buffer.count {
            buffer.removeAll(keepingCapacity: true)
            start = 0
        }
        let count = recv(descriptor, &chunk, chunk.count, 0)
        guard count > 0 else { throw BenchmarkError(description: "the connection was closed") }
        buffer += chunk[..<count]
    }

    private func read(_ count: Int) throws(BenchmarkError) -> ArraySlice<UInt8> {
        while buffer.count - start < count { try fill() }
        defer { start += count }
        return buffer[start..<start + count]
    }

    private func read(through end: [UInt8]) throws(BenchmarkError) -> ArraySlice<UInt8> {
        var length = end.count
        while true {
            while buffer.count - start < length { try fill() }
            if buffer[..<(start + length)].suffix(end.count).elementsEqual(end) { return try read(length) }
            length += 1
        }
    }
}
