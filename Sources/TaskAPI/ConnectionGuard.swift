import HTTPSupport
import HTTPTypes
import JSON
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import TaskModel

/// Keeps slow, silent and overlong clients from occupying a connection.
///
/// One state machine that counts outstanding answers; ``ConnectionClock`` has the times. All on the channel's event loop.
///
/// - Limits the time for headers, bodies and next requests by ``ConnectionClock``.
/// - Closes a connection whose client accepts nothing of its answers for ``ConnectionLimits/write``. As long as bytes
///   are accepted, an answer may take any time.
/// - After the last answer of a connection, closes the output, and reads for a moment what the client still sends:
///   closing at once would make the kernel reset the connection, and the client lose the answer.
/// - Answers `Expect: 100-continue`.
/// - On shutdown, closes once the requests with complete headers have been answered. Missing bodies are not waited for.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// How long a client may continue to send after the last answer.
    private static let lingering = Duration.seconds(1)
    /// The same during a shutdown, which waits for it.
    private static let lastLingering = Duration.milliseconds(200)

    private enum State {
        case open
        /// The answer that is being written is the last one.
        case closing
        /// The last answer has ended, but not all of it has been written to the socket.
        case draining
        /// Input is dropped.
        case lingering
    }

    private let limits: ConnectionLimits
    private var clock: ConnectionClock
    private var state = State.open
    /// Whether no request follows the one that has been sent.
    private var isInputOver = false
    /// Whether a shutdown has begun.
    private var isQuiescing = false
    /// Whether the client waits for `100 Continue` to send the body that is being read.
    private var expectsContinue = false
    /// When the time is up; `nil` if there is no limit.
    private var deadline: NIODeadline?
    private var timer: (due: NIODeadline, scheduled: Scheduled<Void>)?
    private let meter = ByteMeter()
    /// Whether more is unwritten than the channel's high water mark.
    private var isBlocked = false
    /// The bytes that the socket has accepted, and since when; `nil` while none wait for it.
    private var progress: (acceptedBytes: Int, since: NIODeadline)?

    init(limits: ConnectionLimits) {
        self.limits = limits
        clock = ConnectionClock(limits: limits)
    }

    // MARK: - Life

    func handlerAdded(context: ChannelHandlerContext) {
        // Only before the decoder can it be seen that a request has begun, and how much has been written.
        meter.onRead = { [weak self] in self?.bytesArrived(context) }
        let pipeline = context.pipeline.syncOperations
        try? pipeline.addHandler(meter, position: .first)
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
        // The closure has the context, which has this handler.
        meter.onRead = {}
    }

    // MARK: - Time

    /// Starts the time for the next input.
    ///
    /// A timer that is due earlier stays and sets the next one when it fires: most requests then set none.
    private func restart(_ context: ChannelHandlerContext) {
        // A client that sends must read, too.
        guard !isBlocked else { return }
        progress = nil
        setDeadline(context, after: limit)
    }

    private var limit: Duration? {
        switch state {
        case .open, .closing: clock.limit
        case .draining: limits.write
        case .lingering: isQuiescing ? Self.lastLingering : Self.lingering
        }
    }

    private func setDeadline(_ context: ChannelHandlerContext, after limit: Duration?) {
        deadline = limit.map { NIODeadline.now() + TimeAmount($0) }
        if let deadline, timer.map({ deadline < $0.due }) ?? true { arm(context, deadline) }
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
        let unwritten = unwrittenBytes(context)
        guard unwritten == 0 else { return expectProgress(context) }
        guard progress == nil else {
            // The rest has been accepted since: only now does the client have reason to send the next request.
            return restart(context)
        }
        switch clock.expire() {
        case .close: context.close(promise: nil)
        case .failBody: context.fireErrorCaught(RequestTimeout())
        case .refuse: refuse(context)
        }
    }

    /// Closes the connection if the socket has accepted nothing for ``ConnectionLimits/write``.
    ///
    /// Checks again soon enough to be at most a quarter late.
    private func expectProgress(_ context: ChannelHandlerContext) {
        let acceptedBytes = meter.writtenBytes - unwrittenBytes(context)
        if let progress, progress.acceptedBytes == acceptedBytes {
            guard .now() - progress.since < TimeAmount(limits.write) else { return context.close(promise: nil) }
        } else {
            progress = (acceptedBytes, .now())
        }
        setDeadline(context, after: limits.write / 4)
    }

    private func unwrittenBytes(_ context: ChannelHandlerContext) -> Int {
        (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        isBlocked = !context.channel.isWritable
        if isBlocked {
            progress = nil
            expectProgress(context)
        } else {
            restart(context)
        }
        context.fireChannelWritabilityChanged()
    }

    private func refuse(_ context: ChannelHandlerContext) {
        let answer = ProblemDetails.requestTimeout("the headers have not come within the time for them").lastAnswer
        context.write(wrapOutboundOut(.head(answer.head)), promise: nil)
        context.write(wrapOutboundOut(.body(answer.body)), promise: nil)
        writeEnd(context, wrapOutboundOut(.end(nil)), nil)
    }

    /// Closes the output and reads what the client still sends.
    private func linger(_ context: ChannelHandlerContext) {
        state = .lingering
        isBlocked = false
        context.close(mode: .output, promise: nil)
        restart(context)
        context.read()
    }

    // MARK: - Inbound

    private func bytesArrived(_ context: ChannelHandlerContext) {
        if case .open = state, !isInputOver, clock.bytesArrived() { restart(context) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .open = state else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            // RFC 9112, 9.6: what follows a request that closes is no request.
            guard !isInputOver else { return }
            if clock.headArrived() { restart(context) }
            isInputOver = head.headerFields[.connection].map { $0.equalsIgnoringCase("close") } ?? false
            expectsContinue = RequestBody.isAwaitingContinue(head)
            sendContinue(context)
        case .body: guard clock.isReading else { return }
        case .end:
            guard clock.isReading else { return }
            if clock.requestEnded() { restart(context) }
        }
        context.fireChannelRead(data)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if case .invalidMethod? = error as? HTTPParserError, let unknown = UnknownMethod(in: meter.incoming) {
            context.fireUserInboundEventTriggered(unknown)
        }
        context.fireErrorCaught(error)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // The service does not read any more.
        if case .lingering = state { context.read() }
        context.fireChannelReadComplete()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // Hummingbird would close connections with unread requests or half-written answers.
        if event is ChannelShouldQuiesceEvent { return quiesce(context) }
        if case .lingering = state, case .inputClosed? = event as? ChannelEvent { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    /// Closes once all requests are answered.
    private func quiesce(_ context: ChannelHandlerContext) {
        isQuiescing = true
        isInputOver = true
        switch state {
        case .open where clock.owed > 0, .closing: failMissingBody(context)
        case .open where unwrittenBytes(context) == 0: context.close(promise: nil)
        case .open:
            state = .draining
            restart(context)
            let written = context.eventLoop.makePromise(of: Void.self)
            written.futureResult.assumeIsolated().whenSuccess { self.linger(context) }
            meter.write(behindAll: written)
        case .draining: break
        case .lingering: restart(context)
        }
    }

    /// Fails the reading of a body that a shutdown does not wait for, once its request is the next to be answered.
    private func failMissingBody(_ context: ChannelHandlerContext) {
        if isQuiescing, clock.isReadingBody { context.fireErrorCaught(TaskError.shuttingDown) }
    }

    /// Sends `100 Continue` if the client waits for it and no earlier answer is being written.
    private func sendContinue(_ context: ChannelHandlerContext) {
        guard expectsContinue, clock.isReadingBody else { return }
        expectsContinue = false
        context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
    }

    // MARK: - Outbound

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch (unwrapOutboundIn(data), state) {
        case (_, .draining), (_, .lingering):
            // The output is closed, or will be.
            promise?.fail(ChannelError.outputClosed)
        case (.end, .closing):
            writeEnd(context, data, promise)
        case (.end, .open) where isQuiescing && clock.owed <= 1:
            // Its head has been written before the service began to end.
            writeEnd(context, data, promise)
        case (.end, .open):
            context.write(data, promise: promise)
            if clock.answerEnded() { restart(context) }
            sendContinue(context)
            failMissingBody(context)
        case (.head(var head), _):
            if head.status.kind != .informational, isInputOver, clock.owed <= 1 {
                head.headerFields[.connection] = "close"
            }
            if let connection = head.headerFields[.connection], connection.equalsIgnoringCase("close") {
                state = .closing
            }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case (.body, _):
            context.write(data, promise: promise)
        }
    }

    /// Writes the end of the last answer; closes the output once the socket has accepted all of it.
    private func writeEnd(_ context: ChannelHandlerContext, _ data: NIOAny, _ promise: EventLoopPromise<Void>?) {
        state = .draining
        let written = promise ?? context.eventLoop.makePromise(of: Void.self)
        restart(context)
        written.futureResult.assumeIsolated().whenSuccess { self.linger(context) }
        context.writeAndFlush(data, promise: written)
    }
}
