import NIOCore
import NIOHTTP1

/// Settles what a request's head can leave open, before it is read any further.
///
/// - Hummingbird's own reading takes the first of several `Host` headers, and of a target such as
///   `http://host/tasks` only the path; both would let a request pass for one that is meant for us.
/// - It does not see either that HTTP/1.0 closes a connection unless told otherwise.
final class RequestHeadHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(var head) = unwrapInboundIn(data) else { return context.fireChannelRead(data) }
        Self.settleHost(of: &head)
        if !head.isKeepAlive { head.headers.replaceOrAdd(name: "connection", value: "close") }
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    /// - RFC 9112, 3.2: several hosts are an error; no host is one that the access rules turn away.
    /// - RFC 9112, 3.2.2: a host in the target counts more than the header.
    static func settleHost(of head: inout HTTPRequestHead) {
        if head.headers["host"].count > 1 { head.headers.replaceOrAdd(name: "host", value: "") }
        guard !head.uri.hasPrefix("/"), let scheme = head.uri.firstRange(of: "://") else { return }
        let rest = head.uri[scheme.upperBound...]
        let host = rest.prefix { $0 != "/" && $0 != "?" }
        let path = rest[host.endIndex...]
        head.headers.replaceOrAdd(name: "host", value: String(host))
        head.uri = path.hasPrefix("/") ? String(path) : "/" + path
    }
}
