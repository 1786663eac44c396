import JSON

/// Where a service is reached.
package enum ServiceAddress: Sendable, Hashable {
    /// A Unix socket, by its path.
    case socket(String)
    /// A URL without a path: `http://127.0.0.1:8000`.
    case network(String)

    /// Reads `http://HOST:PORT`, `https://HOST:PORT`, `HOST:PORT` or `unix:PATH`; `nil` for anything else.
    package init?(_ text: String) {
        if text.hasBytePrefix("unix:") {
            var path = text.dropFirst("unix:".count)
            if path.hasBytePrefix("///") { path = path.dropFirst(2) }
            guard !path.isEmpty else { return nil }
            self = .socket(String(path))
            return
        }
        var rest = text[...]
        var scheme = "http"
        for known in ["http", "https"] where text.asciiLowercased.hasBytePrefix(known + "://") {
            scheme = known
            rest = text.dropFirst(known.count + "://".count)
        }
        while rest.hasByteSuffix("/") { rest = rest.dropLast() }
        guard Self.isAuthority(rest) else { return nil }
        self = .network("\(scheme)://\(rest)")
    }

    /// Whether a text is a host, in brackets if it is an address of IPv6, without or with a port.
    private static func isAuthority(_ text: Substring) -> Bool {
        guard text.hasBytePrefix("[") else {
            let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            return isHost(parts[0]) && parts.count <= 2 && parts.dropFirst().allSatisfy(isPort)
        }
        guard let end = text.utf8.firstIndex(of: UInt8(ascii: "]")) else { return false }
        let (address, rest) = (text.utf8[..<end].dropFirst(), text.utf8[end...].dropFirst())
        let isAddress = !address.isEmpty && address.allSatisfy { "0123456789abcdefABCDEF:.".utf8.contains($0) }
        return isAddress && (rest.isEmpty || rest.first == UInt8(ascii: ":") && isPort(rest.dropFirst()))
    }

    private static func isHost(_ text: Substring.UTF8View) -> Bool {
        !text.isEmpty
            && text.allSatisfy { byte in
                byte > 0x20 && byte < 0x7F && !"/?#@\\\"<>^`{|}%[]".utf8.contains(byte)
            }
    }

    private static func isPort(_ text: Substring.UTF8View) -> Bool {
        guard let port = Int(digits: String(Substring(text))) else { return false }
        return (1...65_535).contains(port)
    }

    /// The beginning of the URLs of requests.
    var base: String {
        switch self {
        case .network(let url): url
        case .socket(let path): "http+unix://" + path.percentEncoded()
        }
    }
}

extension ServiceAddress: CustomStringConvertible {
    /// As ``init(_:)`` reads it.
    package var description: String {
        switch self {
        case .socket(let path): "unix:\(path)"
        case .network(let url): url
        }
    }
}
