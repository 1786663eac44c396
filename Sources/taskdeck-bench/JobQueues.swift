import Glibc

/// task-spooler: a server runs the jobs, and a client returns when its job has ended.
struct TaskSpooler: CommandRunner {
    let directory: String
    /// The jobs that run at a time.
    static let slots = 64

    private var variables: [String: String] {
        ["TS_SOCKET": "\(directory)/socket", "TS_SLOTS": "\(Self.slots)", "TMPDIR": directory]
    }

    /// - Throws: ``BenchmarkError`` when the server does not start.
    init(in directory: String) throws(BenchmarkError) {
        self.directory = directory
        try run(["-S", "\(Self.slots)"])
    }

    /// Ends the server.
    func end() { try? run(["-K"]) }

    func connect(_ number: Int) throws(BenchmarkError) -> any CommandClient { Client(spooler: self) }

    func processes() -> Set<Int32> { ProcessTree.descendants() }

    private func run(_ arguments: [String]) throws(BenchmarkError) {
        try ChildProcess(["tsp"] + arguments, adding: variables).waitForSuccess("tsp")
    }

    private struct Client: CommandClient {
        let spooler: TaskSpooler

        func run(_ arguments: [String]) throws(BenchmarkError) { try spooler.run(["-f"] + arguments) }
        func start(_ arguments: [String]) throws(BenchmarkError) { try spooler.run(arguments) }
    }
}

/// nq: one command puts a job into the queue of a directory, another one waits for it.
///
/// Jobs of one queue run one after the other, so each client has its own.
struct NQ: CommandRunner {
    let directory: String

    func connect(_ number: Int) throws(BenchmarkError) -> any CommandClient {
        Client(queue: "\(directory)/\(number)")
    }

    func processes() -> Set<Int32> { ProcessTree.descendants() }

    private struct Client: CommandClient {
        let queue: String

        func run(_ arguments: [String]) throws(BenchmarkError) {
            let job = try add(arguments, to: queue)
            try ChildProcess(["nq", "-w", job], adding: ["NQDIR": queue]).waitForSuccess("nq -w")
        }

        func start(_ arguments: [String]) throws(BenchmarkError) { _ = try add(arguments, to: queue) }

        private func add(_ arguments: [String], to queue: String) throws(BenchmarkError) -> String {
            let pipe = try ClosingPipe()
            let child = try ChildProcess(["nq"] + arguments, adding: ["NQDIR": queue], output: pipe.output)
            pipe.closeOutput()
            let job = pipe.readLine()
            try child.waitForSuccess("nq")
            return job
        }
    }
}

/// A shell for each client that only starts programs, one after the other, with a file for the output of each.
struct Shells: CommandRunner {
    let directory: String

    func connect(_ number: Int) throws(BenchmarkError) -> any CommandClient {
        try Client(path: "\(directory)/\(number)")
    }

    func processes() -> Set<Int32> { ProcessTree.descendants() }

    private final class Client: CommandClient {
        private let path: String
        private let commands: ClosingPipe
        private let results: ClosingPipe
        private let shell: ChildProcess
        private var count = 0

        init(path: String) throws(BenchmarkError) {
            self.path = path
            commands = try ClosingPipe()
            results = try ClosingPipe()
            shell = try ChildProcess(["/bin/sh"], input: commands.input, output: results.output)
            commands.closeInput()
            results.closeOutput()
        }

        deinit {
            commands.closeOutput()
            shell.wait()
        }

        func run(_ arguments: [String]) throws(BenchmarkError) { try run("\(Self.quoted(arguments)) >%") }
        func write(_ command: OutputCommand) throws(BenchmarkError) { try run("\(command.line) | cat >%") }
        func start(_ arguments: [String]) throws(BenchmarkError) { try run("\(Self.quoted(arguments)) >% &") }

        /// Runs a line, in which `%` stands for a new file.
        private func run(_ line: String) throws(BenchmarkError) {
            count += 1
            let line = line.replacing("%", with: "'\(path).\(count)' 2>&1") + "\necho $?\n"
            guard Glibc.write(commands.output, line, line.utf8.count) == line.utf8.count else {
                throw BenchmarkError(description: "the shell does not read: errno \(errno)")
            }
            let result = results.readLine()
            guard result == "0" else { throw BenchmarkError(description: "the shell's result is '\(result)'") }
        }

        private static func quoted(_ arguments: [String]) -> String {
            arguments.map { "'\($0)'" }.joined(separator: " ")
        }
    }
}
