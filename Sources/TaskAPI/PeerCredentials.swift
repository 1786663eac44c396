import Glibc
import NIOCore
import NIOPosix

/// The process at the other end of a Unix socket, as it was when it connected: struct ucred of unix(7).
struct PeerCredentials {
    private let pid: pid_t
    private let user: uid_t
    private let group: gid_t

    /// SO_PEERCRED.
    private static let option = NIOBSDSocket.Option(rawValue: 17)

    /// Whether it belongs to this process's user, or to root.
    var isOwner: Bool { user == geteuid() || user == 0 }

    /// - Throws: `IOError`, also for a socket of another kind.
    static func read(from channel: any Channel) async throws -> PeerCredentials {
        guard let provider = channel as? any SocketOptionProvider else { throw ChannelError.operationUnsupported }
        return try await provider.unsafeGetSocketOption(level: NIOBSDSocket.OptionLevel.socket, name: option).get()
    }
}
