/// The limits of one client, and of all connections.
package struct ConnectionLimits: Sendable, Hashable {
    /// From a request's first byte until its headers are complete.
    package var head = Duration.seconds(10)
    /// From its headers until its body is complete.
    package var body = Duration.seconds(30)
    /// Between requests, and before the first one.
    package var idle = Duration.seconds(60)
    /// How long a client may accept no byte of an answer.
    package var write = Duration.seconds(60)
    /// The same on the Unix socket, where only the owner's own programs wait: a pager may be left alone for hours.
    package var localWrite = Duration.seconds(24 * 3600)
    /// The most connections at a time; others wait in the backlog until one is closed.
    package var count = 4096
    /// The same on the Unix socket: clients on the network do not keep the owner out.
    package var localCount = 256

    package init() {}
}

/// The time limit for the next part of a request.
///
/// A value without a clock. There is no limit while an earlier request is unanswered: some answers wait for a task's
/// end, and input may not be read meanwhile.
struct ConnectionClock {
    /// The next part of a request.
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
        /// Answer that the headers are missing, then close.
        case refuse
        /// Fail the reading of the body, so that the request is answered.
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

    /// From the last event until ``expire()``; `nil` for no limit.
    var limit: Duration? {
        switch input {
        case .start: owed == 0 ? limits.idle : nil
        case .head: owed == 0 ? limits.head : nil
        case .body: owed <= 1 ? limits.body : nil
        }
    }

    /// - Returns: Whether the time starts again.
    mutating func bytesArrived() -> Bool {
        guard input == .start else { return false }
        input = .head
        return owed == 0
    }

    mutating func headArrived() -> Bool {
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
        // A body that is answered before its end has no more time than before.
        return input == .body ? owed == 1 : owed == 0
    }

    /// What to do when the time is up.
    func expire() -> Expiry {
        switch input {
        case .start: .close
        case .head: .refuse
        case .body: owed == 1 ? .failBody : .close
        }
    }
}

/// The rest of a request's body has not arrived in time.
struct RequestTimeout: Error {}
