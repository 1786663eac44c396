import Glibc
import UnixSignals

/// What has the service end.
enum EndRequest: Sendable, Hashable, CustomStringConvertible {
    /// Somebody wants it; who wants it twice cannot wait.
    case wish(String)
    /// The terminal has gone. Comes by signal and by the terminal itself, and hastens nothing.
    case hangUp

    var description: String {
        switch self {
        case .wish(let who): who
        case .hangUp: "the terminal has gone"
        }
    }
}

/// The requests to end, by signal or by key.
struct EndRequests: Sendable {
    let all: AsyncStream<EndRequest>
    private let queue: AsyncStream<EndRequest>.Continuation
    private let signals: UnixSignalsSequence

    /// Traps the signals from here on.
    init() async {
        (all, queue) = AsyncStream.makeStream()
        // A terminal that goes takes its programs with it, but not those started with nohup(1).
        signals = await UnixSignalsSequence(
            trapping: Self.isIgnored(SIGHUP) ? [.sigterm, .sigint] : [.sigterm, .sigint, .sighup])
    }

    func add(_ request: EndRequest) {
        queue.yield(request)
    }

    /// Runs until it is cancelled.
    func forwardSignals() async {
        for await signal in signals { queue.yield(signal == .sighup ? .hangUp : .wish("\(signal)")) }
    }

    private static func isIgnored(_ signal: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(signal, nil, &action) == 0 else { return false }
        // SIG_IGN is the number 1 made into a pointer, and not imported.
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
    }
}
