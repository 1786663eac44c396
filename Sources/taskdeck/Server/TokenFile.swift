import Glibc
import HTTPSupport
import SystemPackage
import TaskModel

/// The file with the token that clients must send.
enum TokenFile {
    /// In bytes; the headers of a request have no room for more.
    private static let sizeLimit = 4096
    /// The time that the writer of a pipe has, in milliseconds.
    private static let timeout: Int32 = 5000

    /// - Throws: ``StartError`` when the file cannot be read, or contains anything else than one token.
    static func read(_ path: String) throws(StartError) -> AccessToken {
        let text: String
        do {
            text = try contents(of: FilePath(path))
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

    /// The file's text, up to one byte beyond the limit.
    private static func contents(of path: FilePath) throws -> String {
        // Opening a pipe without a writer would block.
        let file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
        return try file.closeAfter {
            var bytes: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: sizeLimit + 1)
            while bytes.count <= sizeLimit {
                do {
                    let count = try buffer.withUnsafeMutableBytes { try file.read(into: $0) }
                    guard count > 0 else { break }
                    bytes += buffer[..<count]
                } catch Errno.resourceTemporarilyUnavailable {
                    var watched = pollfd(fd: file.rawValue, events: Int16(POLLIN), revents: 0)
                    guard poll(&watched, 1, timeout) > 0 else { throw Errno.timedOut }
                }
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }
}
