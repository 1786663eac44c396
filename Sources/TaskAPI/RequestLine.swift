import JSON
import NIOCore
import NIOHTTP1

/// A method that the HTTP parser does not know, and refuses as malformed.
///
/// The parser has a fixed list, but the methods are those of the resource (RFC 9110, 9.1).
struct UnknownMethod {
    let method: String
    /// The target without the query.
    let path: String

    /// Finds the first request line with such a method; `nil` if the bytes have no complete one.
    init?(in bytes: ByteBuffer) {
        for line in bytes.readableBytesView.split(separator: UInt8(ascii: "\n")) {
            let words = String(decoding: line, as: UTF8.self).parts(separatedBy: " ")
            guard words.count == 3, words[2].hasBytePrefix("HTTP/1."), words[0].utf8.allSatisfy(Self.isTokenByte),
                case .RAW(let method) = HTTPMethod(rawValue: String(words[0])), !method.isEmpty
            else { continue }
            var head = HTTPRequestHead(version: .http1_1, method: .RAW(value: method), uri: String(words[1]))
            RequestHeadHandler.resolve(&head)
            self.method = method
            path = String(head.uri.parts(separatedBy: "?")[0])
            return
        }
        return nil
    }

    /// The characters of a token (RFC 9110, 5.6.2).
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte.asciiLowercased) || byte.isASCIIDigit
            || "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
}
