package import HTTPSupport
package import TaskModel

/// The requests that a listener admits, and what they may do.
package enum RequestPolicy: Sendable {
    /// All requests, with full access: only the owner's processes can connect.
    case owner
    /// The requests that a policy admits, with full access for those that send the token.
    case network(AccessPolicy, fullAccess: FullAccess)

    /// The problem of a request that is not admitted; `nil` if it is.
    func refusal(of request: AccessPolicy.Request) -> ProblemDetails? {
        switch self {
        case .owner: nil
        case .network(let policy, _): policy.refusal(of: request)
        }
    }

    /// What an admitted request may do.
    ///
    /// - Parameter authorization: the header of this name.
    func access(authorization: String?) -> Access {
        switch self {
        case .owner: .full
        case .network(_, let fullAccess): fullAccess.isGranted(to: authorization) ? .full : .limited
        }
    }

    /// The problem of a request that needs full access and does not have it.
    ///
    /// - Parameter subject: what needs it, in the plural.
    func accessProblem(for subject: String) -> ProblemDetails { .commandsNeedToken(subject, ways) }

    private var ways: String? {
        switch self {
        case .owner: nil
        case .network(_, let fullAccess): fullAccess.ways
        }
    }
}

/// How clients on the network get full access.
package struct FullAccess: Sendable {
    /// The token that grants it; `nil` if none does.
    private let token: AccessToken?
    /// The ways to full access, as the end of a sentence.
    let ways: String

    /// - Parameters:
    ///   - tokenPath: the file with the token.
    ///   - socketPath: the socket whose clients need no token.
    package init(token: AccessToken?, tokenPath: String?, socketPath: String?) {
        self.token = token
        let header = "as 'Authorization: Bearer …'"
        let ways = [
            tokenPath.map { "send the token in '\($0)' ('taskdeck token' prints it) \(header)" }
                ?? "send the service's token \(header)",
            socketPath.map { "use the socket '\($0)'" },
        ]
        self.ways = ways.compactMap(\.self).joined(separator: ", or ")
    }

    func isGranted(to authorization: String?) -> Bool {
        guard let token else { return false }
        return AccessPolicy.isToken(token, in: authorization)
    }
}
