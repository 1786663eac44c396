import NIOCore

extension Channel {
    /// Has the kernel probe an idle connection: it ends a minute after the machine at the other end has gone.
    ///
    /// A stream may be silent for hours, and a machine that has gone closes nothing.
    func keepAlive() -> EventLoopFuture<Void> {
        setOption(.socketOption(.so_keepalive), value: 1)
            .flatMap { self.setOption(.keepAlive(.idle), value: 30) }
            .flatMap { self.setOption(.keepAlive(.interval), value: 10) }
            .flatMap { self.setOption(.keepAlive(.count), value: 3) }
    }
}

extension ChannelOption where Self == ChannelOptions.Types.SocketOption {
    fileprivate static func keepAlive(_ option: KeepAliveOption) -> Self {
        .init(level: .tcp, name: NIOBSDSocket.Option(rawValue: option.rawValue))
    }
}

/// `TCP_KEEPIDLE`, `TCP_KEEPINTVL` in seconds, and `TCP_KEEPCNT`; tcp(7).
private enum KeepAliveOption: CInt {
    case idle = 4
    case interval = 5
    case count = 6
}
