import Glibc
import JSON

/// What a measured service did that it should not have done.
struct Failure: Error, CustomStringConvertible {
    let description: String
}

/// An answer to a request.
struct Answer {
    let status: Int
    let body: [UInt8]
}

/// One connection that asks and waits, with as little between it and the socket as can be.
///
/// A client library would take more of the processors than the service that is measured.
final class HTTPConnection {
    private let descriptor: Int32
    private let host: String
    private var buffer: [UInt8] = []
    /// Where in the buffer begins what has not been taken.
    private var start = 0
    private var chunk = [UInt8](repeating: 0, count: 1 << 16)

    /// Connects to a port of this machine.
    ///
    /// - Throws: ``Failure``.
    init(port: Int) throws(Failure) {
        host = "127.0.0.1:\(port)"
        descriptor = try Loopback.connect(to: port)
    }

    deinit {
        close(descriptor)
    }

    /// Sends a request and returns its answer.
    ///
    /// - Throws: ``Failure``.
    func send(_ method: String, _ path: String, _ json: String? = nil) throws(Failure) -> Answer {
        var text = "\(method) \(path) HTTP/1.1\r\nHost: \(host)\r\n"
        if let json { text += "Content-Type: application/json\r\nContent-Length: \(json.utf8.count)\r\n" }
        text += "\r\n" + (json ?? "")
        try Loopback.send(Array(text.utf8), on: descriptor)
        let head = String(decoding: try take(through: [13, 10, 13, 10]), as: UTF8.self).lowercased()
        guard let status = head.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
            throw Failure(description: "this is no answer: \(head.prefix(60))")
        }
        if let line = head.split(separator: "\r\n").first(where: { $0.hasPrefix("content-length:") }) {
            return Answer(status: status, body: Array(try take(Int(line.dropFirst(15).drop { $0 == " " }) ?? 0)))
        }
        var body: [UInt8] = []
        while true {
            let line = String(decoding: try take(through: [13, 10]), as: UTF8.self)
            let count = Int(line.prefix { $0.isHexDigit }, radix: 16) ?? 0
            body += try take(count + 2).dropLast(2)
            if count == 0 { return Answer(status: status, body: body) }
        }
    }

    private func fill() throws(Failure) {
        if start == buffer.count {
            buffer.removeAll(keepingCapacity: true)
            start = 0
        }
        let count = recv(descriptor, &chunk, chunk.count, 0)
        guard count > 0 else { throw Failure(description: "the connection was closed") }
        buffer += chunk[..<count]
    }

    private func take(_ count: Int) throws(Failure) -> ArraySlice<UInt8> {
        while buffer.count - start < count { try fill() }
        defer { start += count }
        return buffer[start..<start + count]
    }

    private func take(through end: [UInt8]) throws(Failure) -> ArraySlice<UInt8> {
        var length = end.count
        while true {
            while buffer.count - start < length { try fill() }
            if buffer[..<(start + length)].suffix(end.count).elementsEqual(end) { return try take(length) }
            length += 1
        }
    }
}

/// Sockets of this machine.
enum Loopback {
    /// - Throws: ``Failure`` when nobody listens.
    static func connect(to port: Int) throws(Failure) -> Int32 {
        let descriptor = try socket()
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        var address = address(port: port)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            close(descriptor)
            throw Failure(description: "nobody listens on port \(port)")
        }
        return descriptor
    }

    /// A port that nobody listens on.
    ///
    /// - Throws: ``Failure`` when the machine has none.
    static func freePort() throws(Failure) -> Int {
        let descriptor = try socket()
        defer { close(descriptor) }
        var address = address(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
            }
        }
        guard result == 0 else { throw Failure(description: "no free port: errno \(errno)") }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    /// - Throws: ``Failure`` when the connection breaks.
    static func send(_ bytes: [UInt8], on descriptor: Int32) throws(Failure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure(description: "the connection is broken: errno \(errno)") }
            rest = rest.dropFirst(count)
        }
    }

    private static func socket() throws(Failure) -> Int32 {
        let descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(description: "no socket: errno \(errno)") }
        return descriptor
    }

    private static func address(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}
