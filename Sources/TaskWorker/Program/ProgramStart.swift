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
    private let updates: Int32
    /// Where its processes are; `nil` where there is no such group.
    let group: ControlGroup?

    /// - Parameters:
    ///   - marks: variables that are added to the program's environment.
    ///   - updates: where its process is reported before it becomes the program; -1 for nowhere.
    init(_ program: Program, marks: [String: String], pipes: ProgramPipes, updates: Int32, group: ControlGroup?) {
        self.program = program
        self.pipes = pipes
        self.updates = updates
        self.group = group
        variables = program.environment
            .merging(marks) { $1 }
            .merging(["TASKDECK_PROGRESS_FD": "3"]) { $1 }
    }

    /// Starts the program, and returns when it runs or cannot.
    ///
    /// To be called by a thread that lives as long as the program.
    ///
    /// - Throws: When there is no process.
    func run() throws(ProgramError) -> StartedProgram {
        defer { pipes.closeEnds() }
        let file = try ProgramPath.find(
            program.arguments[0], path: variables["PATH"], directory: program.directory)
        let input = Self.input(program.input)
        guard input >= 0 else { throw .noRoom(errno) }
        defer { close(input) }
        var started = linux_started_program()
        let error = withStrings(program.arguments) { arguments in
            withStrings(variables.map { "\($0)=\($1)" }) { environment in
                file.withCString { file in
                    program.directory.withCString { directory in
                        var start = linux_program(
                            file: file, arguments: arguments, environment: environment, directory: directory,
                            descriptors: (input, pipes.ends.output, pipes.ends.errors, pipes.ends.progress),
                            control_group: group?.descriptor ?? -1, updates: updates)
                        return linux_start_program(&start, &started)
                    }
                }
            }
        }
        guard error == 0 else { throw .noRoom(error) }
        return StartedProgram(
            leader: ProgramLeader(pid: started.pid, startTime: started.start_time), failure: failure(of: started))
    }

    /// Why the process has not become the program; `nil` if it has.
    private func failure(of started: linux_started_program) -> ProgramError? {
        let name = program.arguments[0]
        return switch started.step {
        case 0: nil
        case Int32(LINUX_STEP_DIRECTORY.rawValue): .cannotEnter(program.directory, started.error)
        // The file was there a moment ago.
        case Int32(LINUX_STEP_EXECUTE.rawValue) where started.error == ENOENT: .noInterpreter(name)
        case Int32(LINUX_STEP_EXECUTE.rawValue) where started.error != EAGAIN && started.error != ENOMEM:
            .cannotRun(name, started.error)
        default: .noRoom(started.error)
        }
    }

    /// Closes the program's ends of the pipes.
    ///
    /// - Throws: ``ProgramError/noRoom(_:)`` with the number of an error.
    func refuse(_ error: Int32) throws(ProgramError) -> StartedProgram {
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

/// A process that has become the program, or has not and ends.
struct StartedProgram {
    let leader: ProgramLeader
    /// `nil` if it is the program.
    let failure: ProgramError?
}
