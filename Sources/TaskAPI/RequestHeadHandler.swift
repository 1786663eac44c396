import JSON
import NIOCore
import NIOHTTP1

/// Resolves the ambiguities of a request's head before the request is read any further, and frames the answer for it.
///
/// - Hummingbird uses the first of several `Host` headers, and only the path of a target such as `http://host/tasks`:
///   both would let a request for another host pass.
/// - It does not close the connection after a request of HTTP/1.0, and answers it in chunks.
/// - NIO's encoder does not know the method: it would end the answer to HEAD by the last chunk of a body.
final class RequestHeadHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private struct UnansweredRequest {
        /// Whether it is one of HTTP/1.0.
        let isOld: Bool
        let isHead: Bool
    }

    /// The requests whose answers have not ended.
    ///
    /// A client may send requests before it has the answers to earlier ones.
    private var unanswered = CircularBuffer<UnansweredRequest>()

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(var head) = unwrapInboundIn(data) else { return context.fireChannelRead(data) }
        unanswered.append(UnansweredRequest(isOld: head.version.isOld, isHead: head.method == .HEAD))
        Self.resolve(&head)
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head)
        where unanswered.first?.isOld == true && !head.status.isInformational
            && !head.headers.contains(name: "content-length"):
            // The end of the connection is the end of the body; chunks would be taken for it.
            head.version = .http1_0
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end:
            // The parser's refusals are answers to requests that have no head.
            let request = unanswered.popFirst()
            guard request?.isHead == true else { return context.write(data, promise: promise) }
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer()))), promise: promise)
        case .head, .body:
            context.write(data, promise: promise)
        }
    }

    /// - RFC 9112, 3.2: several hosts are an error; no host is one that the access rules turn away.
    /// - HTTP/1.0 asks for no host. Every browser sends one, so that no page can make use of it.
    /// - RFC 9112, 3.2.2: a host in the target counts more than the header.
    /// - RFC 9112, 9.3: HTTP/1.0 closes after the answer. Such a connection is never kept.
    /// - RFC 3986, 6.2.2.2: letters and digits mean the same when they are percent-encoded.
    static func resolve(_ head: inout HTTPRequestHead) {
        if !head.isKeepAlive || head.version.isOld {
            head.headers.replaceOrAdd(name: "connection", value: "close")
        }
        let hosts = head.headers["host"].count
        if hosts > 1 { head.headers.replaceOrAdd(name: "host", value: "") }
        if hosts == 0, head.version.isOld { head.headers.add(name: "host", value: "localhost") }
        if !head.uri.hasBytePrefix("/"), let scheme = head.uri.utf8.firstRange(of: "://".utf8) {
            let rest = head.uri[scheme.upperBound...]
            let end = rest.utf8.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
            head.headers.replaceOrAdd(name: "host", value: String(rest[..<end]))
            head.uri = rest[end...].hasBytePrefix("/") ? String(rest[end...]) : "/" + rest[end...]
        }
        if head.uri.utf8.contains(UInt8(ascii: "%")) { head.uri = decodingUnreserved(head.uri) }
    }

    /// Decodes what need not have been encoded: letters, digits, `-`, `.`, `_` and `~`.
    private static func decodingUnreserved(_ target: String) -> String {
        var decoded: [UInt8] = []
        var rest = Array(target.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2, let value = hexadecimal(rest.prefix(2)), isUnreserved(value)
            {
                decoded.append(value)
                rest = rest.dropFirst(2)
            } else {
                decoded.append(byte)
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }

    private static func hexadecimal(_ digits: ArraySlice<UInt8>) -> UInt8? {
        guard digits.allSatisfy(\.isHexDigit) else { return nil }
        return UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
        default: byte.isASCIIDigit || (0x61...0x7A).contains(byte.asciiLowercased)
        }
    }
}

extension HTTPResponseStatus {
    /// Whether another answer to the same request follows.
    fileprivate var isInformational: Bool { code < 200 }
}

extension HTTPVersion {
    /// Whether it is HTTP/1.0 or earlier.
    fileprivate var isOld: Bool { major < 1 || major == 1 && minor < 1 }
}
