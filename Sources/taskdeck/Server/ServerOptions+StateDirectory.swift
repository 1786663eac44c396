import Glibc
import SystemPackage

extension ServerOptions {
    /// The path of the state directory, by default that of the XDG Base Directory Specification.
    ///
    /// - Throws: ``StartError`` when there is no home directory, or a path is not UTF-8.
    func statePath() throws(StartError) -> FilePath { try Self.statePath(state) }

    /// - Parameter state: the value of `--state`.
    /// - Throws: ``StartError`` as ``statePath()`` does.
    static func statePath(_ state: String?) throws(StartError) -> FilePath {
        if let state { return try Self.absolute(FilePath(state)) }
        guard let path = try Self.directory(variable: "XDG_STATE_HOME", inHome: ".local/state") else {
            throw .environment(
                "there is no home directory to keep tasks in; choose a directory with --state, or use --ephemeral")
        }
        return path.appending("taskdeck")
    }

    /// A directory of the XDG Base Directory Specification; `nil` without a home directory.
    ///
    /// - Throws: ``StartError`` when the path is not UTF-8.
    static func directory(variable name: String, inHome path: String) throws(StartError) -> FilePath? {
        // The specification has relative paths ignored.
        if let directory = try variable(name), directory.hasPrefix("/") { return FilePath(directory) }
        // Service managers often set no HOME.
        guard let home = try variable("HOME") ?? homeDirectoryOfUser(), home.hasPrefix("/") else { return nil }
        return FilePath(home).pushing(FilePath(path))
    }

    private static func homeDirectoryOfUser() -> String? {
        getpwuid(getuid()).flatMap { $0.pointee.pw_dir }.map { String(cString: $0) }
    }

    static func absolute(_ path: FilePath) throws(StartError) -> FilePath {
        guard !path.isAbsolute, let current = getcwd(nil, 0) else { return path }
        defer { free(current) }
        return FilePath(try text(current, "the path of the current directory")).pushing(path)
    }

    /// The value of an environment variable; `nil` if it is not set.
    private static func variable(_ name: String) throws(StartError) -> String? {
        guard let value = getenv(name) else { return nil }
        return try text(value, name)
    }

    /// A path as text; decoded with repairs, it would be another path.
    private static func text(_ path: UnsafePointer<CChar>, _ name: String) throws(StartError) -> String {
        guard let text = String(validatingCString: path) else { throw .environment("\(name) is not UTF-8") }
        return text
    }
}
