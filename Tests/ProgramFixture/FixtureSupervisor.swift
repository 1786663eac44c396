import CLinux
import Glibc
import Processes

/// Runs a worker as a child, and passes its own input on: `supervise …`, with the arguments of `run`.
///
/// A worker that has ended leaves nothing: what it has left is adopted and killed.
enum FixtureSupervisor {
    static func main(_ arguments: ArraySlice<String>) -> Never {
        _ = linux_become_subreaper()
        var ends: [Int32] = [-1, -1]
        guard linux_pipe(&ends) == 0 else { exit(71) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO)
        var words: [UnsafeMutablePointer<CChar>?] = (["program-fixture", "run"] + arguments).map { strdup($0) }
        words.append(nil)
        var worker: pid_t = 0
        guard posix_spawn(&worker, "/proc/self/exe", &actions, nil, words, environ) == 0 else { exit(71) }
        close(ends[0])
        write("worker \(worker)")
        watch(worker, input: ends[1])
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

    private static func write(_ text: String) {
        let line = text + "\n"
        _ = Glibc.write(STDOUT_FILENO, line, line.utf8.count)
    }
}
