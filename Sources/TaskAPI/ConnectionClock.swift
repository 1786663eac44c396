/// What clients may take of the server.
package struct ConnectionLimits: Sendable, Hashable {
    /// From a request's first byte until its headers are complete.
    package var head = Duration.seconds(10)
    /// From then until its body is complete.
    package var body = Duration.seconds(30)
    /// Between requests, and before the first one.
    package var idle = Duration.seconds(60)
    /// How long an answer may wait without the client accepting any byte of it.
    package var write = Duration.seconds(60)
    /// Connections at a time; more wait in the backlog until one is closed.
    package var count = 4096

    package init() {}
}

/// How long a connection may take for the part of a request that comes next.
///
/// Pure: events go in, what is to be done when time is up comes out. There is no limit while an earlier request is
/// unanswered, since some answers wait for a task's end, and what the client sends meanwhile may not be read.
struct ConnectionClock {
    /// What the client has to send next.
    private enum Input: Equatable {
        /// The first byte of a request.
        case start
        /// The rest of the headers.
        case head
        /// The rest of the body.
        case body
    }

    /// What to do when the time is up.
    enum Expiry: Equatable {
        case close
        /// Answer that the headers have not come, then close.
        case refuse
        /// Fail the reading of the body, which then is answered.
        case failBody
    }

    private let limits: ConnectionLimits
    private var input = Input.start
    /// Requests whose headers have been read and whose answers have not ended.
    private(set) var owed = 0

    init(limits: ConnectionLimits) {
        self.limits = limits
    }

    /// Whether a request's headers have been read, and not yet its end.
    var isReading: Bool { input == .body }

    /// Whether the body of the only unanswered request is being read.
    var isReadingBody: Bool { input == .body && owed == 1 }

    /// From the last event until ``expire()``; `nil` when there is no hurry.
    var limit: Duration? {
        switch input {
        case .start: owed == 0 ? limits.idle : nil
        case .head: owed == 0 ? limits.head : nil
        case .body: owed <= 1 ? limits.body : nil
        }
    }

    /// - Returns: Whether the time begins anew; the same of the others.
    mutating func bytesCame() -> Bool {
        guard input == .start else { return false }
        input = .head
        return owed == 0
    }

    mutating func headCame() -> Bool {
        input = .body
        owed += 1
        return true
    }

    mutating func requestEnded() -> Bool {
        guard input == .body else { return false }
        input = .start
        return true
    }

    mutating func answerEnded() -> Bool {
        // The parser's refusals are answers to requests that have no head.
        guard owed > 0 else { return false }
        owed -= 1
        // A body that is answered ahead of its end has no more time than before.
        return input == .body ? owed == 1 : owed == 0
    }

    /// The time is up.
    func expire() -> Expiry {
        switch input {
        case .start: .close
        case .head: .refuse
        case .body: owed == 1 ? .failBody : .close
        }
    }
}
