import HTTPSupport
import SystemPackage
import TaskModel

/// The file with the token that clients must send.
enum TokenFile {
    /// In bytes; the headers of a request have no room for more.
    private static let sizeLimit = 4096

    /// - Throws: ``StartError`` when the file cannot be read, or contains anything else than one token.
    static func read(_ path: String) throws(StartError) -> AccessToken {
        let bytes: [UInt8]
        do {
            bytes = try SmallFile.read(FilePath(path), atMost: sizeLimit)
        } catch {
            throw .environment("the token file '\(path)' cannot be read: \(error)")
        }
        return try token(bytes, of: path)
    }

    /// The same of a file that is open.
    static func read(_ file: FileDescriptor, at path: String) throws -> AccessToken {
        try token(try SmallFile.read(file, atMost: sizeLimit), of: path)
    }

    private static func token(_ bytes: [UInt8], of path: String) throws(StartError) -> AccessToken {
        try token(String(decoding: bytes, as: UTF8.self), from: "the token file '\(path)'")
    }

    /// - Throws: ``StartError`` when the text contains anything else than one token.
    static func token(_ text: String, from source: String) throws(StartError) -> AccessToken {
        guard text.utf8.count <= sizeLimit else {
            throw .usage("\(source) is longer than \(sizeLimit) bytes, and so holds no token")
        }
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count == 1, let token = AccessToken(words[0]) else {
            throw .usage("\(source) must hold one token of printable ASCII characters without spaces")
        }
        return token
    }
}
