import Glibc

/// A program that the benchmark has started.
struct ChildProcess {
    let pid: pid_t

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - arguments: The first one is a path, or a name that is looked up in PATH.
    ///   - variables: Are added to the environment.
    ///   - input: -1 for `/dev/null`.
    ///   - output: -1 for `/dev/null`.
    /// - Throws: ``BenchmarkError`` when it cannot be started.
    init(
        _ arguments: [String], adding variables: [String: String] = [:], input: Int32 = -1, output: Int32 = -1
    ) throws(BenchmarkError) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, descriptor) in [(STDIN_FILENO, input), (STDOUT_FILENO, output), (STDERR_FILENO, -1)] {
            if descriptor >= 0 {
                posix_spawn_file_actions_adddup2(&actions, descriptor, number)
            } else {
                posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_RDWR, 0)
            }
        }
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        let added: [UnsafeMutablePointer<CChar>?] = variables.map { strdup("\($0)=\($1)") }
        defer { for pointer in words + added { free(pointer) } }
        // The first variable of a name counts.
        var environment = added
        var next = environ
        while let variable = next.pointee {
            environment.append(variable)
            next += 1
        }
        environment.append(nil)
        var pid = pid_t()
        let error = posix_spawnp(&pid, arguments[0], &actions, nil, &words, &environment)
        guard error == 0 else {
            throw BenchmarkError(description: "\(arguments[0]) cannot be started: errno \(error)")
        }
        self.pid = pid
    }

    /// Returns once it has ended.
    ///
    /// - Returns: The exit code; -1 when a signal has ended it.
    @discardableResult
    func wait() -> Int32 {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        return status & 0x7F == 0 ? status >> 8 & 0xFF : -1
    }

    /// Returns once it has ended.
    ///
    /// - Throws: ``BenchmarkError`` for an exit code other than 0.
    func waitForSuccess(_ name: String) throws(BenchmarkError) {
        let code = wait()
        guard code == 0 else { throw BenchmarkError(description: "\(name) has ended with exit code \(code)") }
    }
}
