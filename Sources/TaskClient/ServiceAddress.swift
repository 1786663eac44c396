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

    /// Whether a text is a host and a port, without user, path or query.
    private static func isAuthority(_ text: Substring) -> Bool {
        guard !text.isEmpty, !text.hasBytePrefix(":") else { return false }
        return text.utf8.allSatisfy { byte in
            byte > 0x20 && byte < 0x7F && !"/?#@\\\"<>^`{|}%".utf8.contains(byte)
        }
    }

    /// The beginning of the URLs of requests.
    var base: String {
        switch self {
        case .network(let url): url
        case .socket(let path): "http+unix://" + Self.percentEncoded(path)
        }
    }

    private static func percentEncoded(_ path: String) -> String {
        path.utf8.reduce(into: "") { text, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                text += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
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
