import Glibc

/// TCP sockets on the loopback address.
enum Loopback {
    /// Returns a connected socket with TCP_NODELAY.
    ///
    /// - Throws: ``BenchmarkError`` when the connection is refused.
    static func connect(to port: Int) throws(BenchmarkError) -> Int32 {
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
            throw BenchmarkError(description: "cannot connect to port \(port)")
        }
        return descriptor
    }

    /// Returns an unused port.
    ///
    /// - Throws: ``BenchmarkError`` when no port is free.
    static func freePort() throws(BenchmarkError) -> Int {
        let descriptor = try socket()
        defer { close(descriptor) }
        var address = address(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
            }
        }
        guard result == 0 else { throw BenchmarkError(description: "no free port: errno \(errno)") }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    /// Sends all bytes.
    ///
    /// - Throws: ``BenchmarkError`` when the connection is closed or reset.
    static func send(_ bytes: [UInt8], on descriptor: Int32) throws(BenchmarkError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw BenchmarkError(description: "cannot send: errno \(errno)") }
            rest = rest.dropFirst(count)
        }
    }

    private static func socket() throws(BenchmarkError) -> Int32 {
        let descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw BenchmarkError(description: "no socket: errno \(errno)") }
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
