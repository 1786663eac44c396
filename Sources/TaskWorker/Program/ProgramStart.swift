import CLinux
import CProgram
import Glibc
import Processes
import TaskModel

/// A program that is about to be started: all that a child needs which can only make system calls.
struct ProgramStart {
    private let program: Program
    private let variables: [String: String]
    private let pipes: ProgramPipes
    /// Where its processes are; `nil` where there is no such group.
    let group: ControlGroup?

    /// - Parameter marks: variables that are added to the program's environment.
    init(_ program: Program, marks: [String: String], pipes: ProgramPipes, group: ControlGroup?) {
        self.program = program
        self.pipes = pipes
        self.group = group
        variables = program.environment
            .merging(marks) { $1 }
            .merging(["TASKDECK_PROGRESS_FD": "3"]) { $1 }
    }

    /// Forks the program's process, which waits for its release.
    ///
    /// To be called by a thread that lives as long as the program.
    func fork() throws(ProgramError) -> StartingProgram {
        defer { pipes.closeEnds() }
        let file = try ProgramPath.find(
            program.arguments[0], path: variables["PATH"], directory: program.directory)
        let input = Self.input(program.input)
        guard input >= 0 else { throw .noRoom(errno) }
        defer { close(input) }
        var forked = linux_forked_program()
        let error = withStrings(program.arguments) { arguments in
            withStrings(variables.map { "\($0)=\($1)" }) { environment in
                file.withCString { file in
                    program.directory.withCString { directory in
                        var start = linux_program(
                            file: file, arguments: arguments, environment: environment, directory: directory,
                            descriptors: (input, pipes.ends.output, pipes.ends.errors, pipes.ends.progress),
                            control_group: group?.descriptor ?? -1)
                        let error = linux_fork_program(&start, &forked)
                        guard error == EOPNOTSUPP else { return error }
                        start.control_group = -1
                        return linux_fork_program(&start, &forked)
                    }
                }
            }
        }
        guard error == 0 else { throw .noRoom(error) }
        return StartingProgram(forked: forked, name: program.arguments[0], directory: program.directory)
    }

    /// Closes the program's ends of the pipes.
    ///
    /// - Throws: ``ProgramError/noRoom(_:)`` with the number of an error.
    func refuse(_ error: Int32) throws(ProgramError) -> StartingProgram {
        pipes.closeEnds()
        throw .noRoom(error)
    }

    /// A file of its own and not a pipe, which a thread would have to fill.
    private static func input(_ text: String?) -> Int32 {
        guard var text else { return open("/dev/null", O_RDONLY | O_CLOEXEC) }
        return text.withUTF8 { linux_memory_file($0.baseAddress, UInt($0.count)) }
    }

    /// Calls a function with an array of C strings that ends with a null pointer.
    private func withStrings<Result>(
        _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        // Out of memory ends the process everywhere else, too.
        var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) }
        pointers.append(nil)
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers)
    }
}

/// A forked process that becomes the program.
struct StartingProgram {
    private let forked: linux_forked_program
    private let name: String
    private let directory: String

    var pid: Int32 { forked.pid }
    /// Becomes readable when the program runs or cannot.
    var errors: Int32 { forked.errors }

    init(forked: linux_forked_program, name: String, directory: String) {
        self.forked = forked
        self.name = name
        self.directory = directory
    }

    /// Has the process become the program.
    func release() {
        // The process may have ended already; SIGPIPE is ignored.
        _ = write(forked.release, "", 1)
        close(forked.release)
    }

    /// Reads whether the program runs.
    ///
    /// To be called once, when that can be read.
    ///
    /// - Returns: `nil` if it runs, or if its process has ended before.
    func readError() -> ProgramError? {
        defer { close(forked.errors) }
        var error = linux_program_error()
        let size = MemoryLayout.size(ofValue: error)
        var count: Int
        repeat { count = read(forked.errors, &error, size) } while count < 0 && errno == EINTR
        guard count == size else { return nil }
        switch error.step {
        case Int32(LINUX_STEP_DIRECTORY.rawValue): return .cannotEnter(directory, error.error)
        // The file was there a moment ago.
        case Int32(LINUX_STEP_EXECUTE.rawValue) where error.error == ENOENT: return .noInterpreter(name)
        case Int32(LINUX_STEP_EXECUTE.rawValue) where error.error != EAGAIN && error.error != ENOMEM:
            return .cannotRun(name, error.error)
        default: return .noRoom(error.error)
        }
    }
}
