import HTTPSupport
import HTTPTypes
import JSON
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import TaskModel

/// The rest of a request's body has not come in time.
struct RequestTimeout: Error {}

/// Keeps clients that are slow, silent or talk on from holding a connection.
///
/// - Waits no longer for headers, bodies and next requests than ``ConnectionClock`` allows.
/// - Closes a connection whose client accepts nothing of its answers for ``ConnectionLimits/write``. As long as bytes
///   are accepted, an answer may take any time.
/// - After the last answer of a connection, says that nothing more comes, and reads for a moment what the client still
///   sends: closing at once would make the kernel reset the connection, and the client lose the answer.
/// - Answers `Expect: 100-continue`.
/// - When the service ends, lets the requests whose headers have come be answered, and the answers be written; then
///   closes. Bodies that are missing then are not waited for.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// How long a client that is being turned away may go on sending.
    private static let lingering = Duration.seconds(1)
    /// The same while the service ends, which waits for it.
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
    /// Whether the client has said that no request follows the one it has sent.
    private var isInputOver = false
    /// Whether the service ends.
    private var isQuiescing = false
    /// Whether the client waits for leave to send the body that is being read.
    private var expectsContinue = false
    /// When the time is up; `nil` when there is no hurry.
    private var deadline: NIODeadline?
    private var timer: (due: NIODeadline, scheduled: Scheduled<Void>)?
    private let meter = ByteMeter()
    /// Whether more is unwritten than the channel's high water mark.
    private var isBlocked = false
    /// Bytes that the socket has accepted, and since when these are all; `nil` while nothing waits for it.
    private var progress: (acceptedBytes: Int, since: NIODeadline)?

    init(limits: ConnectionLimits) {
        self.limits = limits
        clock = ConnectionClock(limits: limits)
    }

    // MARK: - Life

    func handlerAdded(context: ChannelHandlerContext) {
        // Only before the decoder can it be seen that a request has begun, and how much has been written.
        meter.onRead = { [weak self] in self?.bytesCame(context) }
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
    }

    // MARK: - Time

    /// Counts the time for what is waited for now from now on.
    ///
    /// A timer that is due earlier is left to find out how late it is: most requests then set none.
    private func restart(_ context: ChannelHandlerContext) {
        // What the client sends is no excuse for not reading.
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
            // The rest has been accepted since: only now has the client reason to send the next request.
            return restart(context)
        }
        switch clock.expire() {
        case .close: context.close(promise: nil)
        case .failBody: context.fireErrorCaught(RequestTimeout())
        case .refuse: refuse(context)
        }
    }

    /// Closes the connection if the socket has accepted nothing for ``ConnectionLimits/write``; looks again, soon enough
    /// to be at most a quarter late.
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

    /// Says that nothing more will come, and reads what the client still sends.
    private func linger(_ context: ChannelHandlerContext) {
        state = .lingering
        isBlocked = false
        context.close(mode: .output, promise: nil)
        restart(context)
        context.read()
    }

    // MARK: - What comes

    private func bytesCame(_ context: ChannelHandlerContext) {
        if case .open = state, !isInputOver, clock.bytesCame() { restart(context) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .open = state else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            // RFC 9112, 9.6: what follows a request that closes is no request.
            guard !isInputOver else { return }
            if clock.headCame() { restart(context) }
            isInputOver = head.headerFields[.connection].map { $0.equalsIgnoringCase("close") } ?? false
            expectsContinue = Self.expectsContinue(head)
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
        // Hummingbird would close what it knows nothing of, or what is written by halves.
        if event is ChannelShouldQuiesceEvent { return quiesce(context) }
        if case .lingering = state, case .inputClosed? = event as? ChannelEvent { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    /// Answers what has been asked and closes.
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

    /// Fails the reading of a body that the service does not wait for any more, once it is its turn to be answered.
    private func failMissingBody(_ context: ChannelHandlerContext) {
        if isQuiescing, clock.isReadingBody { context.fireErrorCaught(TaskError.shuttingDown) }
    }

    /// A body that is going to be refused is better not sent at all.
    private static func expectsContinue(_ head: HTTPRequest) -> Bool {
        guard let expectation = head.headerFields[.expect], expectation.equalsIgnoringCase("100-continue") else {
            return false
        }
        return (head.headerFields[.contentLength].flatMap { Int(digits: $0) } ?? 0) <= RequestReading.bodyLimit
    }

    /// Asks for the body, if the client waits for that and no earlier answer is being written.
    private func sendContinue(_ context: ChannelHandlerContext) {
        guard expectsContinue, clock.isReadingBody else { return }
        expectsContinue = false
        context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
    }

    // MARK: - What goes

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

/// Reports incoming bytes and counts those that go out.
private final class ByteMeter: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    var onRead: () -> Void = {}
    /// The bytes that are being decoded.
    private(set) var incoming = ByteBuffer()
    /// Bytes handed to the channel, written to its socket or not.
    private(set) var writtenBytes = 0
    private var context: ChannelHandlerContext?

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    /// Fulfils a promise when the socket has accepted all that has been written.
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
