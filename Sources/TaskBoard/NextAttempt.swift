/// What follows an attempt that has ended.
struct NextAttempt: Sendable {
    let waiting: Waiting
    /// Why the attempt before brought no result.
    let error: String
    /// Whether the service's end interrupted the attempt before, which so takes no retry.
    let isInterrupted: Bool
}
