import CLinux
import Glibc
import ServiceConfiguration
import SystemPackage

/// The configuration file of a service.
struct ConfigurationSource: Sendable {
    /// The file; `nil` where there is no home directory.
    let path: FilePath?
    /// Whether the operator has named it: such a file must be there.
    let isNamed: Bool

    /// Reads the file; one that is missing is empty unless it is named.
    ///
    /// - Throws: ``ConfigurationError`` with all problems of the content; ``StartError`` when it cannot be read.
    func read() throws -> ConfigurationContent {
        guard let path else { return ConfigurationContent() }
        let content: [UInt8]
        do {
            content = try SmallFile.read(path, atMost: ConfigurationReader.sizeLimit)
        } catch Errno.noSuchFileOrDirectory where !isNamed {
            return ConfigurationContent()
        } catch Errno.permissionDenied where !isNamed && !Self.isVisible(path) {
            // The home directory is another user's, as after setpriv(1).
            return ConfigurationContent()
        } catch {
            throw StartError.environment("the configuration file '\(path)' cannot be read: \(error)")
        }
        return try ConfigurationReader.read(content, file: path.string, flags: ServerOptions.flagsInFiles)
    }

    /// Whether this user may search the file's directory, so that the file is known to exist.
    private static func isVisible(_ path: FilePath) -> Bool {
        linux_is_regular_file(path.string) >= 0
    }

    /// Whether the file can be read again; a pipe has nothing more to read.
    var isRereadable: Bool { path.map { linux_is_regular_file($0.string) != 0 } ?? true }
}
