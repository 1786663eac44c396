import Glibc
import HTTPSupport
import SystemPackage
import TaskAPI
import TaskModel

extension ServerOptions {
    /// The token that clients must send; `nil` if none is set.
    ///
    /// - Throws: ``StartError`` when the file cannot be read or contains no token.
    func readToken() throws(StartError) -> AccessToken? {
        if let tokenFile { return try TokenFile.read(tokenFile) }
        guard let text = getenv("TASKDECK_TOKEN") else { return nil }
        return try TokenFile.token(String(cString: text), from: "TASKDECK_TOKEN")
    }

    /// What grants full access on the network: the token of all requests, or else one that the service makes.
    ///
    /// - Throws: ``StartError`` when that cannot be read or written.
    func fullAccess(token: AccessToken?, in directory: ServiceDirectory) throws(StartError) -> FullAccess {
        let socket = LocalSocket(in: directory.path).path.string
        if let token { return FullAccess(token: token, tokenPath: nil, socketPath: socket) }
        let generated = GeneratedToken(in: directory.path)
        return FullAccess(
            token: try generated.readOrMake(), tokenPath: generated.path.string, socketPath: socket)
    }

    /// The policy for requests to the API on its port.
    ///
    /// - Throws: ``StartError`` for an unknown host, and for one that other machines can reach while no token is set.
    func accessPolicy(token: AccessToken?) throws(StartError) -> AccessPolicy {
        if AccessPolicy.isLoopback(host) { return AccessPolicy(token: token, hosts: .loopback(boundName: host)) }
        if let reason = Self.resolutionFailure(of: host) {
            throw .environment("--host \(host) is not a known name or address of this machine (\(reason))")
        }
        guard token != nil else {
            throw .usage(
                "--host \(host) can be reached from other machines, which could then run tasks here; "
                    + "set a token with --token-file or TASKDECK_TOKEN")
        }
        return AccessPolicy(token: token, hosts: .any)
    }

    /// Why a name resolves to no address; `nil` if it does to one.
    private static func resolutionFailure(of host: String) -> String? {
        var addresses: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, nil, &addresses)
        guard code == 0 else { return String(cString: gai_strerror(code)) }
        freeaddrinfo(addresses)
        return nil
    }
}
