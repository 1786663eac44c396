import HummingbirdCore
import Logging
import NIOCore

/// HTTP/1.1 for connections that are set up when they are handled, not already when they are accepted.
///
/// NIO drops connections that are accepted while the listening socket closes. One that is set up by then
/// has an unfinished `NIOAsyncWriter`, and NIO traps (swift-nio issues 2637 and 2813). A
/// bare channel can be dropped.
struct HTTPConnections: Sendable {
    let http: HTTP1Channel
    /// Answers those whose clients belong to another user; `nil` where all users may connect.
    var foreign: HTTP1Channel?

    /// The most bytes that the kernel accepts and has not sent.
    ///
    /// The default is megabytes, of which a third must be sent before it accepts more: the progress of a slow client
    /// would not be visible for minutes, and clients that read nothing would fill the kernel's memory.
    private static let unsentLimit: ChannelOptions.Types.SocketOption.Value = 128 << 10
    /// The buffer of a Unix socket, of which three quarters must be read before the kernel accepts more; it counts double.
    private static let localBuffer: ChannelOptions.Types.SocketOption.Value = 32 << 10

    func setup(channel: any Channel) -> EventLoopFuture<AcceptedConnection> {
        // Input stays in the socket until the connection is set up.
        channel.setOption(.autoRead, value: false).flatMapThrowing {
            try channel.pipeline.syncOperations.addHandler(QuiesceMark())
            return AcceptedConnection(channel: channel)
        }
    }

    func handle(value connection: AcceptedConnection, logger: Logger) async {
        let channel = connection.channel
        do {
            let http = try await responder(to: channel)
            let ready = try await channel.eventLoop.flatSubmit {
                limitUnsentBytes(channel)
                return http.setup(channel: channel, logger: logger).flatMap { ready in
                    channel.setOption(.autoRead, value: true).map {
                        if let mark = try? channel.pipeline.syncOperations.handler(type: QuiesceMark.self), mark.isSet {
                            channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
                        }
                        return ready
                    }
                }
            }.get()
            await http.handle(value: ready, logger: logger)
        } catch {
            logger.debug("A connection could not be set up: \(error)")
        }
    }

    private func responder(to channel: any Channel) async throws -> HTTP1Channel {
        guard let foreign else { return http }
        return try await PeerCredentials.read(from: channel).isOwner ? http : foreign
    }

    /// Without the limit progress is only measured in coarser steps.
    private func limitUnsentBytes(_ channel: any Channel) {
        let options = channel.syncOptions
        if foreign == nil {
            try? options?.setOption(.tcpOption(.unsentLimit), value: Self.unsentLimit)
        } else {
            try? options?.setOption(.socketOption(.so_sndbuf), value: Self.localBuffer)
        }
    }
}

/// An accepted connection; it is closed when it is dropped without having been handled.
final class AcceptedConnection: Sendable {
    let channel: any Channel

    init(channel: any Channel) {
        self.channel = channel
    }

    deinit {
        channel.close(promise: nil)
    }
}

/// Records whether a shutdown has begun before the connection is set up.
private final class QuiesceMark: ChannelInboundHandler {
    typealias InboundIn = Any

    private(set) var isSet = false

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent { isSet = true }
        context.fireUserInboundEventTriggered(event)
    }
}

extension NIOBSDSocket.Option {
    /// TCP_NOTSENT_LOWAT of tcp(7).
    static let unsentLimit = NIOBSDSocket.Option(rawValue: 25)
}
