import NIOCore
import NIOHTTP1

/// The requests on one connection, one at a time, and their answers.
final class WorkerCall: ChannelDuplexHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = HTTPClientRequestPart

    struct Request: Sendable {
        let head: HTTPRequestHead
        let body: ByteBuffer?
    }

    /// An outbound event that sends a request.
    struct Send: Sendable {
        let request: Request
        let promise: EventLoopPromise<WorkerAnswer>
    }

    private static let answerLimit = 1 << 20

    private let timeout: TimeAmount
    private var promise: EventLoopPromise<WorkerAnswer>?
    private var timer: Scheduled<Void>?
    private var answer: WorkerAnswer?

    init(timeout: TimeAmount) {
        self.timeout = timeout
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard let send = event as? Send else { return context.triggerUserOutboundEvent(event, promise: promise) }
        self.promise = send.promise
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: timeout) { self.finish(.failure(CallFailure.late)) }
        context.write(wrapOutboundOut(.head(send.request.head)), promise: nil)
        if let body = send.request.body { context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: promise)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): answer = WorkerAnswer(status: head.status, body: ByteBuffer())
        case .body(var part):
            answer?.body.writeBuffer(&part)
            if let answer, answer.body.readableBytes > Self.answerLimit {
                finish(.failure(CallFailure.unreachable("it answers with over \(Self.answerLimit) bytes")))
            }
        case .end: if let answer { finish(.success(answer)) }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        finish(.failure(error))
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish(.failure(CallFailure.unreachable("it closed the connection")))
        context.fireChannelInactive()
    }

    private func finish(_ result: Result<WorkerAnswer, any Error>) {
        timer?.cancel()
        self.promise?.completeWith(result)
        (timer, self.promise, answer) = (nil, nil, nil)
    }
}
