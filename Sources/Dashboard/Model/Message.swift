/// What an action did, or why it could not.
struct Message: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case pending, success, failure
    }

    let kind: Kind
    let text: String
    /// When it goes; in uptime.
    let until: Duration

    static let lifetime = Duration.seconds(6)
}
