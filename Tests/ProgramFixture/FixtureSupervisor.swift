import CLinux
import Glibc
import Processes

/// Runs a worker as a child, and passes its own input on: `supervise [--leader] …`, with the arguments of `run`.
///
/// A worker that has ended leaves nothing: what it has left is adopted and killed. With a task, that is all that is killed
/// first, by the marks of its processes and, with `--leader`, by the session of its leader.
enum FixtureSupervisor {
    static func main(_ arguments: ArraySlice<String>) -> Never {
        _ = linux_become_subreaper()
        var ends: [Int32] = [-1, -1]
        guard linux_pipe(&ends) == 0 else { exit(71) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO)
        var words: [UnsafeMutablePointer<CChar>?] =
            (["program-fixture", "run"] + arguments.filter { $0 != "--leader" }).map { strdup($0) }
        words.append(nil)
        var worker: pid_t = 0
        guard posix_spawn(&worker, "/proc/self/exe", &actions, nil, words, environ) == 0 else { exit(71) }
        close(ends[0])
        write("worker \(worker)")
        watch(worker, input: ends[1])
        if let mark = value(of: "--mark", arguments), let task = value(of: "--task", arguments) {
            endOrphans(of: task, mark, worker, arguments)
        }
        let start = ContinuousClock().now
        let left = ProcessTree.endAll()
        ControlGroup.existing(ofWorker: worker)?.remove()
        write("swept, remaining \(left.count), \(ContinuousClock().now - start)")
        exit(0)
    }

    /// Returns when the worker has ended.
    private static func watch(_ worker: pid_t, input: Int32) {
        let end = linux_pidfd_open(worker)
        var bytes = [UInt8](repeating: 0, count: 4096)
        var source = STDIN_FILENO
        while true {
            var watched = [end, source].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            guard poll(&watched, 2, -1) > 0 else { continue }
            if watched[0].revents != 0 { return }
            let count = read(source, &bytes, bytes.count)
            if count > 0 {
                _ = Glibc.write(input, bytes, count)
            } else {
                close(input)
                source = -1
            }
        }
    }

    private static func value(of option: String, _ arguments: ArraySlice<String>) -> String? {
        arguments.firstIndex(of: option).flatMap { arguments[($0 + 1)...].first }
    }

    /// Kills what is left of the program, and nothing of two others.
    private static func endOrphans(
        of task: String, _ mark: String, _ worker: pid_t, _ arguments: ArraySlice<String>
    ) {
        let source: ProcessTree.Source = arguments.contains("--scan") ? .parents : .available
        let leader =
            arguments.contains("--leader")
            ? ProcessTree(below: getpid()).descendants().first { $0.session == $0.pid }
                .map { ProcessIdentity(pid: $0.pid, startTime: $0.startTime) } : nil
        let others = [sleeper(mark, "another task"), sleeper("another mark", task)]
        let program = OrphanedProgram(
            of: task, marks: ProgramMarks(instance: mark), worker: worker, leader: leader, source: source)
        let start = ContinuousClock().now
        let left = program.end {
            reap()
            return []
        }
        let time = ContinuousClock().now - start
        reap()
        write("orphans ended, remaining \(left.count), others \(others.count { kill($0, 0) == 0 }), \(time)")
    }

    /// Starts a process with marks.
    private static func sleeper(_ mark: String, _ task: String) -> pid_t {
        let variables = ["\(ProgramMarks.instanceName)=\(mark)", "\(ProgramMarks.taskName)=\(task)"]
        let words: [UnsafeMutablePointer<CChar>?] = [strdup("sleep"), strdup("60"), nil]
        var environment: [UnsafeMutablePointer<CChar>?] = variables.map { strdup($0) }
        environment.append(nil)
        var pid: pid_t = 0
        guard posix_spawn(&pid, "/bin/sleep", nil, nil, words, environment) == 0 else { exit(71) }
        return pid
    }

    private static func reap() { while waitpid(-1, nil, WNOHANG) > 0 {} }

    private static func write(_ text: String) {
        let line = text + "\n"
        _ = Glibc.write(STDOUT_FILENO, line, line.utf8.count)
    }
}
