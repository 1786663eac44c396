import NIOCore

/// Reports incoming bytes and counts those that go out.
final class ByteMeter: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    /// Called when bytes have been read, before they are decoded.
    var onRead: () -> Void = {}
    /// The bytes that are being decoded; empty at other times.
    private(set) var incoming = ByteBuffer()
    /// The number of bytes handed to the channel, whether its socket has accepted them or not.
    private(set) var writtenBytes = 0
    private var context: ChannelHandlerContext?

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    /// Completes a promise when the socket has accepted everything that has been written.
    func write(behindAll promise: EventLoopPromise<Void>) {
        guard let context else { return promise.fail(ChannelError.ioOnClosedChannel) }
        context.writeAndFlush(wrapOutboundOut(.byteBuffer(ByteBuffer())), promise: promise)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        onRead()
        incoming = unwrapInboundIn(data)
        context.fireChannelRead(data)
        incoming = ByteBuffer()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        writtenBytes += unwrapOutboundIn(data).readableBytes
        context.write(data, promise: promise)
    }
}
