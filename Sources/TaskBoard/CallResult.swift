/// The result of a call to a worker's HTTP server.
package enum CallResult: Sendable, Hashable {
    case accepted
    /// The worker answered with an error, for instance because it is ending.
    case refused
    case unreachable(reason: String)

    var isAnswer: Bool { if case .unreachable = self { false } else { true } }
}
