import Glibc
import Processes
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
            canEnter: { (try? ProgramPath.check(directory: $0)) != nil })
    }
}
