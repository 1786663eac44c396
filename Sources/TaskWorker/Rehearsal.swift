import CLinux
import Glibc
import JSON
import NIOCore
import NIOPosix
import TaskModel
import TaskTypes
import WorkerProtocol

/// Does once what every worker does, and then has nothing going on.
///
/// Whatever the runtime builds when something is used for the first time is there afterwards.
enum Rehearsal {
    private static let samples: [TaskDraft] = [
        TaskDraft(type: "process_data", data: ["items": [1, "a", nil], "delay": 0]),
        TaskDraft(type: "generate_report", data: ["delay": 0]),
        TaskDraft(type: "cpu_intensive", data: ["complexity": 1, "batches": 1]),
    ]

    static func perform() {
        workingThread.start()
        let nowhere = open("/dev/null", O_RDWR | O_CLOEXEC)
        guard nowhere >= 0, let id = TaskID("00000000000000000000000000") else { return }
        defer { close(nowhere) }
        let writer = UpdateWriter(descriptor: nowhere)
        for sample in samples {
            guard let task = try? TaskTypeRegistry.check(sample) else { continue }
            let line = JSONCoding.encode(
                Assignment(taskID: id, taskType: task.type, taskData: JSONText(task.data), token: nil))
            guard let assignment = hand(over: line) else { continue }
            let core = WorkerCore(assignment, units: task.work.units, writer: writer)
            let work = task.work
            try? workingThread.runIfActive(eventLoop: group.any()) {
                RunningWork(core: core, takesLonger: {}).run(work)
            }.wait()
            if sample == samples.last { serveOnce(core) }
        }
    }

    // Never shut down, which would start more threads: these stand still once nothing happens any more.
    private static let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private static let workingThread = NIOThreadPool(numberOfThreads: 1)

    private static func hand(over line: [UInt8]) -> Assignment? {
        var ends: [CInt] = [-1, -1]
        guard linux_pipe(&ends) == 0 else { return nil }
        defer { for end in ends { close(end) } }
        write(ends[1], line + [UInt8(ascii: "\n")], line.count + 1)
        return try? AssignmentReader.read(from: ends[0])
    }

    /// Answers one request by HTTP.
    private static func serveOnce(_ core: WorkerCore) {
        guard let port = try? ControlPort(),
            let server = try? ControlServer.start(on: port, for: core, by: group).wait()
        else {
            return
        }
        core.send(.hello(port.address))
        let client = ask(port.address)
        var answer = [UInt8](repeating: 0, count: 1024)
        // It is closed behind the answer.
        while read(client, &answer, answer.count) > 0 {}
        close(client)
        try? server.close().wait()
        waitUntilAlone()
    }

    /// Returns when all other threads stand still, holding nothing: a forked process would never see it given back.
    ///
    /// Nobody tells when a thread has come to stand, so it is looked at again and again, for some microseconds.
    private static func waitUntilAlone() {
        while threads().contains(where: { $0 != getpid() && !isAsleep($0) }) { sched_yield() }
    }

    private static func threads() -> [pid_t] {
        guard let directory = opendir("/proc/self/task") else { return [] }
        defer { closedir(directory) }
        var threads: [pid_t] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let number = pid_t(name) { threads.append(number) }
        }
        return threads
    }

    /// Whether a thread waits in the kernel; see proc(5) for the state behind the name.
    private static func isAsleep(_ thread: pid_t) -> Bool {
        guard let text = ProcessFile.read("task/\(thread)/stat"), let end = text.lastIndex(of: ")") else { return true }
        return text[end...].dropFirst(2).first == "S"
    }

    /// Sends a request without waiting for anything: the kernel takes the connection.
    private static func ask(_ address: WorkerAddress) -> CInt {
        let client = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        let target = try? SocketAddress(ipAddress: address.host, port: address.port)
        _ = target?.withSockAddr { connect(client, $0, socklen_t($1)) }
        let body = #"{"action":"pause"}"#
        let request =
            "POST /control HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/json\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        write(client, request, request.utf8.count)
        return client
    }
}
