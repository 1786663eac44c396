import HTTPTypes
import NIOCore
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import TaskModel

/// The rest of a request's body has not come in time.
struct RequestTimeout: Error {}

/// Keeps clients that are slow, silent or talk on from holding a connection.
///
/// - Waits no longer for headers, bodies and next requests than ``ConnectionClock`` allows.
/// - After an answer that closes the connection takes in, for a moment, what the client still sends:
///   closing at once would make the kernel reset the connection, and the client lose the answer.
/// - Answers `Expect: 100-continue`.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// How long a client that is being turned away may go on sending.
    private static let lingering = TimeAmount.seconds(1)

    private enum State {
        case open
        /// The answer that is being written is the last one.
        case closing
        /// Whatever comes is dropped.
        case lingering
    }

    private var clock: ConnectionClock
    private var state = State.open
    /// When the time is up; `nil` when there is no hurry.
    private var deadline: NIODeadline?
    private var timer: (due: NIODeadline, scheduled: Scheduled<Void>)?

    init(limits: ConnectionLimits) {
        clock = ConnectionClock(limits: limits)
    }

    // MARK: - Life

    func handlerAdded(context: ChannelHandlerContext) {
        // Only before the decoder can it be seen that a request has begun.
        let watch = ByteWatch { [weak self] in self?.bytesCame(context) }
        let pipeline = context.pipeline.syncOperations
        try? pipeline.addHandler(watch, position: .first)
        if let codec = try? pipeline.handler(type: HTTP1ToHTTPServerCodec.self) {
            try? pipeline.addHandler(RequestHeadHandler(), position: .before(codec))
        }
        restart(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.scheduled.cancel()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.scheduled.cancel()
    }

    /// Counts the time for what is waited for now from now on.
    ///
    /// A timer that is due earlier is left to find out how late it is: most requests then set none.
    private func restart(_ context: ChannelHandlerContext) {
        guard case .open = state, let limit = clock.limit else {
            deadline = nil
            return
        }
        let due = NIODeadline.now() + TimeAmount(limit)
        deadline = due
        if timer.map({ due < $0.due }) ?? true { arm(context, due) }
    }

    private func arm(_ context: ChannelHandlerContext, _ due: NIODeadline) {
        timer?.scheduled.cancel()
        let scheduled = context.eventLoop.assumeIsolated().scheduleTask(deadline: due) { self.timerFired(context) }
        timer = (due, scheduled)
    }

    private func timerFired(_ context: ChannelHandlerContext) {
        timer = nil
        guard let deadline else { return }
        if deadline <= .now() { expire(context) } else { arm(context, deadline) }
    }

    private func expire(_ context: ChannelHandlerContext) {
        if case .lingering = state { return context.close(promise: nil) }
        switch clock.expire() {
        case .close: context.close(promise: nil)
        case .failBody: context.fireErrorCaught(RequestTimeout())
        case .refuse: refuse(context)
        }
    }

    private func refuse(_ context: ChannelHandlerContext) {
        let answer = ProblemDetails.requestTimeout("the headers have not come within the time for them").lastAnswer
        context.write(wrapOutboundOut(.head(answer.head)), promise: nil)
        context.write(wrapOutboundOut(.body(answer.body)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        linger(context)
    }

    /// Says that nothing more will come, and takes in what the client still sends.
    private func linger(_ context: ChannelHandlerContext) {
        state = .lingering
        context.close(mode: .output, promise: nil)
        let due = NIODeadline.now() + Self.lingering
        deadline = due
        arm(context, due)
        context.read()
    }

    // MARK: - What comes

    private func bytesCame(_ context: ChannelHandlerContext) {
        if case .open = state, clock.bytesCame() { restart(context) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .open = state else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            if clock.headCame() { restart(context) }
            if Self.expectsContinue(head) {
                context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
            }
        case .body: break
        case .end: if clock.requestEnded() { restart(context) }
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // Whoever has read until now has no more interest.
        if case .lingering = state { context.read() }
        context.fireChannelReadComplete()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .lingering = state, case .inputClosed? = event as? ChannelEvent { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    /// A body that is going to be refused is better not sent at all.
    private static func expectsContinue(_ head: HTTPRequest) -> Bool {
        guard head.headerFields[.expect]?.lowercased() == "100-continue" else { return false }
        return (head.headerFields[.contentLength].flatMap(Int.init) ?? 0) <= RequestReading.bodyLimit
    }

    // MARK: - What goes

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch (unwrapOutboundIn(data), state) {
        case (_, .lingering):
            // Nobody hears it any more.
            promise?.fail(ChannelError.outputClosed)
        case (.end, .closing):
            context.writeAndFlush(data, promise: promise)
            linger(context)
        case (.end, .open):
            context.write(data, promise: promise)
            if clock.answerEnded() { restart(context) }
        case (.head(let head), _):
            if head.headerFields[.connection]?.lowercased() == "close" { state = .closing }
            context.write(data, promise: promise)
        case (.body, _):
            context.write(data, promise: promise)
        }
    }
}

/// Tells when bytes come in, whatever they are.
private final class ByteWatch: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let tell: () -> Void

    init(_ tell: @escaping () -> Void) {
        self.tell = tell
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        tell()
        context.fireChannelRead(data)
    }
}
