import CLinux
import CProgram
import Glibc

/// The search for a program's file, as execvp(3) does it, in the program's own `PATH` and from its own directory.
package enum ProgramPath {
    /// The search path of an environment that has none.
    package static let standard = "/usr/local/bin:/usr/bin:/bin"

    /// - Parameters:
    ///   - name: the first argument of a program. With a slash it is a path, from the directory if relative.
    ///   - path: the program's `PATH`.
    ///   - directory: the absolute path of its working directory, from which relative parts of `PATH` start.
    ///   - check: whether a file can be executed: 0, or the number of an error.
    /// - Returns: The absolute path of the file.
    /// - Throws: ``ProgramError/cannotRun(_:_:)``: EACCES rather than ENOENT if there is a file that cannot be executed.
    package static func find(
        _ name: String, path: String?, directory: String,
        check: (String) -> Int32 = { linux_check_program($0) }
    ) throws(ProgramError) -> String {
        guard !name.isEmpty else { throw .cannotRun(name, ENOENT) }
        if name.utf8.contains(UInt8(ascii: "/")) {
            let file = absolute(name, from: directory)
            let error = check(file)
            guard error == 0 else { throw .cannotRun(name, error) }
            return file
        }
        var found = ENOENT
        for part in (path ?? standard).split(separator: ":", omittingEmptySubsequences: false) {
            let file = absolute(part.isEmpty ? name : "\(part)/\(name)", from: directory)
            switch check(file) {
            case 0: return file
            // A directory of that name is no program either, and a later part may have one.
            case EACCES, EISDIR: found = EACCES
            default: continue
            }
        }
        throw .cannotRun(name, found)
    }

    /// Checks whether a program can be started in a directory.
    ///
    /// - Throws: ``ProgramError/cannotEnter(_:_:)``.
    package static func check(directory: String) throws(ProgramError) {
        var status = stat()
        let error =
            if stat(directory, &status) != 0 {
                errno
            } else if status.st_mode & S_IFMT != S_IFDIR {
                ENOTDIR
            } else {
                faccessat(AT_FDCWD, directory, X_OK, AT_EACCESS) == 0 ? 0 : errno
            }
        guard error == 0 else { throw .cannotEnter(directory, error) }
    }

    private static func absolute(_ path: String, from directory: String) -> String {
        if path.hasPrefix("/") { return path }
        return directory.hasSuffix("/") ? directory + path : "\(directory)/\(path)"
    }
}
