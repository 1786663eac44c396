/// What clients may take of the server.
package struct ConnectionLimits: Sendable, Hashable {
    /// From a request's first byte until its headers are complete.
    package var head = Duration.seconds(10)
    /// From then until its body is complete.
    package var body = Duration.seconds(30)
    /// Between requests, and before the first one.
    package var idle = Duration.seconds(60)
    /// Connections at a time; more wait in the backlog until one is closed.
    package var count = 4096

    package init() {}
}

/// How long a connection may take for what it has to do next.
///
/// Pure: events go in, what is to be done when time is up comes out. Answering takes as long as it
/// takes, since some answers wait for a task's end.
struct ConnectionClock {
    /// What the connection waits for.
    private enum Phase: Equatable {
        /// The first byte of a request. Valid transitions are to `head` and, for a request that comes
        /// whole, to `body`.
        case idle
        /// The rest of the headers. Valid transitions are to `body`.
        case head
        /// The rest of the body. Valid transitions are to `answering` or, when it has been answered
        /// ahead of its end, to `idle`.
        case body(isAnswered: Bool)
        /// Nothing: it is our turn. Valid transitions are to `idle`.
        case answering
    }

    /// What to do when the time is up.
    enum Expiry: Equatable {
        case close
        /// Tell the client that its headers have not come, then close.
        case refuse
        /// Tell whoever reads the request that the rest of its body will not come.
        case failBody
    }

    private let limits: ConnectionLimits
    private var phase = Phase.idle

    init(limits: ConnectionLimits) {
        self.limits = limits
    }

    /// From the last event until ``expire()``; `nil` when there is no hurry.
    var limit: Duration? {
        switch phase {
        case .idle: limits.idle
        case .head: limits.head
        case .body: limits.body
        case .answering: nil
        }
    }

    /// - Returns: Whether the time begins anew; the same of the others.
    mutating func bytesCame() -> Bool {
        guard phase == .idle else { return false }
        phase = .head
        return true
    }

    mutating func headCame() -> Bool {
        phase = .body(isAnswered: false)
        return true
    }

    mutating func requestEnded() -> Bool {
        guard case .body(let isAnswered) = phase else { return false }
        phase = isAnswered ? .idle : .answering
        return true
    }

    mutating func answerEnded() -> Bool {
        switch phase {
        case .answering:
            phase = .idle
            return true
        case .body:
            // The time for the body goes on.
            phase = .body(isAnswered: true)
            return false
        case .idle, .head: return false
        }
    }

    /// The time is up.
    func expire() -> Expiry {
        switch phase {
        case .head: .refuse
        case .body(let isAnswered): isAnswered ? .close : .failBody
        case .idle, .answering: .close
        }
    }
}
