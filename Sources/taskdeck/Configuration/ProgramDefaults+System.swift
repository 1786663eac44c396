import Glibc
import TaskTypes

extension ProgramDefaults {
    /// The values of this process and its user.
    static var ofThisProcess: ProgramDefaults {
        var service: [String: String] = [:]
        for name in ["PATH", "HOME", "USER", "LANG"] {
            // A value that is not UTF-8 cannot be passed on unchanged.
            service[name] = getenv(name).flatMap { String(validatingCString: $0) }
        }
        let user = getpwuid(getuid())
        return ProgramDefaults(
            service: service, userName: user?.pointee.pw_name.flatMap { String(validatingCString: $0) },
            home: user?.pointee.pw_dir.flatMap { String(validatingCString: $0) },
            isDirectory: isDirectory)
    }

    private static func isDirectory(_ path: String) -> Bool {
        let directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        // One that may not be read may still be entered.
        guard directory >= 0 else { return errno == EACCES }
        close(directory)
        return true
    }
}
