import Glibc
import NIOCore
import WorkerProtocol

/// A listening socket on a free port of 127.0.0.1; connections wait in the kernel until the HTTP server runs.
///
/// Not bound by NIO: an event loop takes longer to start than most of what a worker does, and starts only if needed.
struct ControlPort {
    let address: WorkerAddress
    let descriptor: CInt

    static let host = "127.0.0.1"
    private static let backlog: CInt = 64

    /// - Throws: `IOError` when no port or no descriptor is left.
    init() throws {
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw IOError(errnoCode: errno, reason: "socket") }
        do {
            self = try Self.listening(descriptor)
        } catch {
            close(descriptor)
            throw error
        }
    }

    private init(address: WorkerAddress, descriptor: CInt) {
        (self.address, self.descriptor) = (address, descriptor)
    }

    private static func listening(_ descriptor: CInt) throws -> ControlPort {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && listen(descriptor, backlog) == 0
                    ? getsockname(descriptor, address, &length) : -1
            }
        }
        guard result == 0 else { throw IOError(errnoCode: errno, reason: "bind") }
        let port = Int(UInt16(bigEndian: address.sin_port))
        return ControlPort(address: WorkerAddress(host: host, port: port), descriptor: descriptor)
    }
}
