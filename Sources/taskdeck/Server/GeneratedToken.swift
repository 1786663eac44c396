import CLinux
import Glibc
import SystemPackage
import TaskModel

/// The token that the service makes where none is set; only commands need it.
struct GeneratedToken {
    private static let name = "token"
    /// In bytes: 256 bits.
    private static let length = 32

    let path: FilePath

    /// - Parameter directory: the one of the service.
    init(in directory: FilePath) {
        path = directory.appending(Self.name)
    }

    /// The token of earlier services, or else a new one; used by one service at a time.
    ///
    /// - Throws: ``StartError`` for a file that does not have one, or is not this user's own, and when it cannot be
    ///   written.
    func readOrMake() throws(StartError) -> AccessToken {
        if let token = try read() { return token }
        let secret = Self.randomText()
        guard let token = AccessToken(secret) else { throw unusable("it has no digits") }
        do {
            try write(secret)
        } catch {
            throw unusable("\(error)")
        }
        return token
    }

    /// The token of the service; `nil` if there has been none.
    ///
    /// - Throws: ``StartError`` as ``readOrMake()`` does.
    func read() throws(StartError) -> AccessToken? {
        do {
            // O_NONBLOCK: opening a FIFO must not wait for a writer.
            let file = try FileDescriptor.open(path, .readOnly, options: [.noFollow, .nonBlocking, .closeOnExec])
            defer { try? file.close() }
            try check(file)
            return try TokenFile.read(file, at: path.string)
        } catch let error as Errno where error == .noSuchFileOrDirectory {
            return nil
        } catch let error as StartError {
            throw error
        } catch {
            throw unusable("\(error)")
        }
    }

    /// Other users must neither know the token nor choose it.
    private func check(_ file: FileDescriptor) throws(StartError) {
        var status = linux_file_status()
        guard linux_read_file_status(file.rawValue, &status) == 0 else { throw unusable("\(Errno(rawValue: errno))") }
        guard status.is_regular != 0 else { throw unusable("it is not a regular file") }
        guard status.owner == geteuid() || geteuid() == 0 else { throw unusable("it belongs to another user") }
        guard status.permissions & 0o077 == 0 else {
            throw unusable("other users may read it; remove it, and the service makes another")
        }
    }

    /// Writes the file so that it has its content or does not exist.
    private func write(_ secret: String) throws {
        let partial = path.removingLastComponent().appending(Self.name + ".new")
        unlink(partial.string)
        let file = try FileDescriptor.open(
            partial, .writeOnly, options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
            permissions: [.ownerReadWrite])
        do {
            try file.closeAfter {
                try file.writeAll((secret + "\n").utf8)
                guard fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
            }
            guard rename(partial.string, path.string) == 0 else { throw Errno(rawValue: errno) }
        } catch {
            unlink(partial.string)
            throw error
        }
    }

    private func unusable(_ reason: String) -> StartError {
        .environment("the token file '\(path)' cannot be used: \(reason)")
    }

    private static func randomText() -> String {
        let digits = Array("0123456789abcdef".utf8)
        // Reads getrandom(2).
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<length).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
