import CLinux
import Glibc
import Processes
import TaskModel
import TaskWorker

/// Runs a program: `run [--no-group] [--scan] [--mark VALUE] [--task ID] [--signal NAME] [--input TEXT] [--directory PATH] COMMAND…`.
///
/// Commands: `pause`, `resume`, `stop`, `kill`. The end of the input ends all processes. Events, the worker's report
/// of the start and the program's output are lines on standard output.
enum FixtureWorker {
    static func main(_ arguments: ArraySlice<String>) -> Never {
        // As a worker has it: only a process that runs reads the end of its input.
        _ = linux_set_parent_death_signal(SIGCONT)
        var rest = arguments
        var usesGroup = true
        var marks: [String: String] = [:]
        var source = ProcessTree.Source.available
        var program = Program(arguments: ["true"], directory: "/", environment: environment())
        while let option = rest.first, option.hasPrefix("--") {
            rest.removeFirst()
            switch option {
            case "--no-group": usesGroup = false
            case "--scan": source = .parents
            case "--mark": marks["PROGRAM_TEST_MARK"] = rest.popFirst()
            case "--task":
                marks[ProgramMarks.instanceName] = marks["PROGRAM_TEST_MARK"]
                marks[ProgramMarks.taskName] = rest.popFirst()
            case "--signal": program.stopSignal = rest.popFirst().flatMap(ProgramSignal.init) ?? .term
            case "--input": program.input = rest.popFirst()
            case "--directory": program.directory = rest.popFirst() ?? ""
            default: exit(64)
            }
        }
        program.arguments = Array(rest)
        guard let pipes = try? ProgramPipes(), let run = try? ProgramRun() else { exit(71) }
        let thread = try? WorkerThread { [program, marks, usesGroup, source] in
            run.run(
                program, marks: marks, pipes: pipes, updates: STDOUT_FILENO, usesControlGroup: usesGroup,
                source: source, onEvent: print)
        }
        guard let thread else { exit(71) }
        thread.detach()
        serve(run, pipes)
    }

    private static func environment() -> [String: String] {
        var variables: [String: String] = [:]
        var next = environ
        while let variable = next.pointee {
            let parts = String(cString: variable).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
            next += 1
        }
        return variables
    }

    private static func print(_ event: ProgramEvent) {
        switch event {
        case .started(let leader): write("forked \(leader.pid) \(leader.startTime) \(leader.session)")
        case .failed(let error): end("failed \(error)")
        case .lasts, .ending: break
        case .stopped: write("stopped")
        case .continued: write("continued")
        case .ended(let exit):
            end(
                "ended \(exit.end.map { "\($0)" } ?? "not"), left behind \(exit.leftBehind), "
                    + "remaining \(exit.remaining.count)")
        }
    }

    /// Has the main thread end the process, when it has read all output.
    private static func end(_ text: String) {
        write(text, to: lastLine.input)
    }

    /// A pipe for the line about the end.
    private static let lastLine: (output: Int32, input: Int32) = {
        var ends: [Int32] = [-1, -1]
        guard linux_pipe(&ends) == 0 else { exit(71) }
        return (ends[0], ends[1])
    }()

    private static func write(_ text: String, to descriptor: Int32 = STDOUT_FILENO) {
        // One write for a line, since two threads write.
        let line = text + "\n"
        _ = Glibc.write(descriptor, line, line.utf8.count)
    }

    // MARK: - Input and output

    private static func serve(_ run: ProgramRun, _ pipes: ProgramPipes) -> Never {
        var sources = [STDIN_FILENO, pipes.output, pipes.errors, pipes.progress, lastLine.output].map(LineSource.init)
        let names = ["command", "output", "error", "progress"]
        let last = sources.count - 1
        while true {
            var watched = sources.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
            guard poll(&watched, nfds_t(watched.count), -1) > 0 else { continue }
            let isLast = watched[last].revents != 0
            // What was written before the end is there now.
            if isLast { poll(&watched, nfds_t(watched.count), 0) }
            for (index, one) in watched.enumerated() where one.revents != 0 {
                for line in sources[index].readLines() {
                    switch index {
                    case 0: perform(line, run)
                    case last: write(String(line))
                    default: write("\(names[index]) \(line)")
                    }
                }
            }
            if isLast { exit(0) }
            if sources[0].hasEnded {
                ProcessTree.endAll()
                exit(75)
            }
        }
    }

    /// A pipe whose whole lines are of interest, however they arrive.
    private struct LineSource {
        private(set) var descriptor: Int32
        private var rest: [UInt8] = []

        init(descriptor: Int32) { self.descriptor = descriptor }

        var hasEnded: Bool { descriptor < 0 }

        /// Reads once; at the end of the pipe the rest is a line.
        mutating func readLines() -> [Substring] {
            var bytes = [UInt8](repeating: 0, count: 65536)
            let count = read(descriptor, &bytes, bytes.count)
            if count > 0 { rest += bytes[..<count] } else { descriptor = -1 }
            let end = hasEnded ? rest.endIndex : (rest.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
            defer { rest.removeFirst(end) }
            return String(decoding: rest[..<end], as: UTF8.self).split(separator: "\n")
        }
    }

    private static func perform(_ command: Substring, _ run: ProgramRun) {
        let start = ContinuousClock().now
        switch command {
        case "pause": run.pause { write("paused \($0) \(ContinuousClock().now - start)") }
        case "resume": run.resume { write("resumed \($0)") }
        case "stop": run.stop()
        case "kill": run.kill()
        default: write("unknown command")
        }
    }
}
