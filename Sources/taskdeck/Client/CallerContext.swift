import Glibc
import JSON
import SystemPackage
import TaskModel

/// What a program gets from the shell in which a verb is called: working directory and environment.
struct CallerContext: Sendable {
    /// The most bytes of an environment: the service accepts bodies of up to 1 MiB.
    private static let sizeLimit = 512 << 10
    private static let readLimit = 64 << 20
    /// Variables that belong to this process, or to services of a service manager.
    private static let ownPrefixes = ["TASKDECK_", "LISTEN_"]
    private static let ownNames: Set<String> = ["NOTIFY_SOCKET"]

    var directory: String?
    var environment: [String: String]

    /// Nothing of the caller.
    static let empty = CallerContext(directory: nil, environment: [:])

    /// The context of this process.
    ///
    /// - Throws: ``VerbError`` for what the API cannot carry.
    static func current() throws(VerbError) -> CallerContext {
        guard let path = getcwd(nil, 0) else {
            throw .usage("the working directory is not known; choose one with --cwd, or use --clean-env")
        }
        defer { free(path) }
        guard let directory = String(validatingCString: path) else {
            throw .usage("the path of the working directory is not UTF-8; choose one with --cwd, or use --clean-env")
        }
        return CallerContext(directory: directory, environment: try environment())
    }

    private static func environment() throws(VerbError) -> [String: String] {
        let bytes: [UInt8]
        do {
            bytes = try SmallFile.read("/proc/self/environ", atMost: readLimit)
        } catch {
            throw .usage("the environment cannot be read: \(error); use --clean-env")
        }
        var variables: [String: String] = [:]
        var size = 0
        for entry in bytes.split(separator: 0) {
            let parts = entry.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else { continue }
            let shown = String(decoding: parts[0], as: UTF8.self)
            guard let name = String(validating: parts[0], as: UTF8.self),
                let value = String(validating: parts[1], as: UTF8.self)
            else { throw .usage("the variable '\(shown)' is not UTF-8; unset it, or use --clean-env") }
            guard !isOwn(name) else { continue }
            variables[name] = value
            size += entry.count + 1
        }
        guard size <= sizeLimit else {
            throw .usage("the environment has \(size) bytes, of which \(sizeLimit) can be sent; use --clean-env")
        }
        return variables
    }

    private static func isOwn(_ name: String) -> Bool {
        ownNames.contains(name) || ownPrefixes.contains { name.hasBytePrefix($0) }
    }
}
