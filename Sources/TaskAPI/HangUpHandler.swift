import NIOCore
import NIOHTTPTypes

/// Reports that the client has closed the connection, or its side of it, to an answer that waits for something to send.
///
/// Without anything to send, a service notices that in no other way.
final class HangUpHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart

    private var hasHungUp = false
    /// Of the answer that is being written.
    private var observer: (@Sendable () -> Void)?

    /// Calls `observer`, and no earlier one, once the client has closed the connection; at once if it has.
    func observe(_ observer: @escaping @Sendable () -> Void) {
        if hasHungUp { observer() } else { self.observer = observer }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent { hangUp() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        hangUp()
        context.fireChannelInactive()
    }

    private func hangUp() {
        hasHungUp = true
        observer?()
        observer = nil
    }
}
