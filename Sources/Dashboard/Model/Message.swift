/// The outcome of an action for the operator.
struct Message: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case pending, success, failure
    }

    let kind: Kind
    let text: String
    /// The time at which the message disappears, in uptime.
    let until: Duration

    static let lifetime = Duration.seconds(6)
}
