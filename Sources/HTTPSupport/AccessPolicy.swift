import JSON
package import TaskModel

/// The requests that are admitted, by their headers alone.
///
/// The API and every worker apply the same policy.
package struct AccessPolicy: Sendable {
    /// The host names of the service.
    package enum Hosts: Sendable, Hashable {
        /// `localhost`, 127.0.0.0/8, `[::1]` and the bound name: prevents DNS rebinding.
        case loopback(boundName: String)
        /// Any name: only with a token, when bound to an address that others can reach.
        case any
    }

    /// The headers on which the decision depends.
    package struct Request: Sendable {
        /// `Host`.
        package var host: String?
        /// `Origin`: the page that makes the browser send the request.
        package var origin: String?
        /// `Sec-Fetch-Site`: the relation of that page to this server.
        package var fetchSite: String?
        /// `Authorization`, with the token.
        package var authorization: String?

        package init(
            host: String?, origin: String? = nil, fetchSite: String? = nil, authorization: String? = nil
        ) {
            self.host = host
            self.origin = origin
            self.fetchSite = fetchSite
            self.authorization = authorization
        }
    }

    private let token: AccessToken?
    private let hosts: Hosts

    /// - Parameter token: required of every request; `nil` if none is.
    package init(token: AccessToken?, hosts: Hosts) {
        self.token = token
        self.hosts = hosts
    }

    /// The problem of a request that is not admitted; `nil` if it is.
    package func refusal(of request: Request) -> ProblemDetails? {
        guard let host = request.host, let nameLength = HostName.length(in: host.utf8.span) else {
            return ProblemDetails(
                status: 400, code: "bad_host", title: "The Host header is missing or malformed",
                detail: "a request must name the host it is meant for")
        }
        if case .loopback(let boundName) = hosts,
            !Self.isOwn(host.utf8.span.extracting(first: nameLength), boundName: boundName.utf8.span)
        {
            return ProblemDetails(
                status: 403, code: "foreign_host", title: "The Host header names another service",
                detail: "'\(host.prefix(100))' is not a name of this service; use 127.0.0.1 or localhost")
        }
        if request.fetchSite.map({ $0.equalsIgnoringCase("cross-site") }) == true
            || request.origin.map({ !Self.origin($0, isAt: host) }) == true
        {
            return ProblemDetails(
                status: 403, code: "foreign_origin", title: "The request comes from a foreign page",
                detail: "a page of another origin may not use this service")
        }
        if let token, !Self.isToken(token, in: request.authorization) {
            return ProblemDetails(
                status: 401, code: "unauthorized", title: "A token is required",
                detail: "send the service's token as 'Authorization: Bearer …'")
        }
        return nil
    }

    /// Whether an `Authorization` header has a token; compares in constant time.
    package static func isToken(_ token: AccessToken, in authorization: String?) -> Bool {
        bearer(in: authorization).map { token.matches($0) } == true
    }

    /// Whether an address or a name is only reachable from this machine.
    package static func isLoopback(_ name: String) -> Bool { HostName.isLoopback(name.utf8.span) }

    private static func isOwn(_ name: Span<UInt8>, boundName: Span<UInt8>) -> Bool {
        HostName.isLoopback(name) || HostName.equal(name, boundName)
    }

    private static func origin(_ origin: String, isAt host: String) -> Bool {
        origin.equalsIgnoringCase("http://" + host) || origin.equalsIgnoringCase("https://" + host)
    }

    private static func bearer(in authorization: String?) -> Substring? {
        guard let authorization else { return nil }
        let parts = authorization.parts(separatedBy: " ", atMost: 2)
        guard parts.count == 2, parts[0].equalsIgnoringCase("bearer") else { return nil }
        return parts[1].trimmingBlanks
    }
}
