/// A value that is reported when it has changed, but not too often.
struct PacedReport<Value: Equatable> {
    private let interval: Duration
    private var value: Value?
    private var reported: Value?
    private var lastTime: ContinuousClock.Instant?

    /// - Parameter value: the one that need not be reported.
    init(every interval: Duration, from value: Value? = nil) {
        self.interval = interval
        self.value = value
        reported = value
    }

    mutating func set(_ value: Value) { self.value = value }

    /// When the value is to be reported; `nil` when it has been.
    var deadline: ContinuousClock.Instant? {
        value == reported ? nil : lastTime.map { $0 + interval } ?? .now
    }

    /// The value, if it is to be reported at a time, as which it counts then.
    mutating func next(at now: ContinuousClock.Instant) -> Value? {
        guard value != reported, lastTime.map({ now - $0 >= interval }) ?? true else { return nil }
        lastTime = now
        return last()
    }

    /// The value, unless it has been reported.
    mutating func last() -> Value? {
        guard value != reported else { return nil }
        reported = value
        return value
    }
}
