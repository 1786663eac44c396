import HTTPSupport
import SystemPackage
import TaskModel

/// The file with the token that clients must send.
enum TokenFile {
    /// In bytes; the headers of a request have no room for more.
    private static let sizeLimit = 4096

    /// - Throws: ``StartError`` when the file cannot be read, or contains anything else than one token.
    static func read(_ path: String) throws(StartError) -> AccessToken {
        let text: String
        do {
            text = String(decoding: try SmallFile.read(FilePath(path), atMost: sizeLimit), as: UTF8.self)
        } catch {
            throw .environment("the token file '\(path)' cannot be read: \(error)")
        }
        return try token(text, from: "the token file '\(path)'")
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
