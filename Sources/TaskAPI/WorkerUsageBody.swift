import JSON
import TaskControl
import TaskModel

/// The answer to `GET /usage`: what the worker of each task uses.
struct WorkerUsageBody: JSONWritable {
    struct Worker: JSONWritable {
        let id: TaskID
        let pid: Int32?
        /// `nil` if it is not known: the worker is starting, or has just ended.
        let usage: WorkerUsage?

        func write(to json: inout JSONWriter) {
            json.object { json in
                json.member("cpu_ms", usage.map { Int($0.cpuSeconds * 1000) })
                json.member("memory_bytes", usage?.memoryBytes)
                json.member("pid", pid)
                json.member("task_id", id)
            }
        }
    }

    let workers: [Worker]

    /// - Parameter tasks: by age.
    init(_ tasks: [TaskRecord], _ usage: [TaskID: WorkerUsage]) {
        workers = tasks.filter(\.state.hasWorker).map { Worker(id: $0.id, pid: $0.pid, usage: usage[$0.id]) }
    }

    func write(to json: inout JSONWriter) {
        json.object { $0.member("workers", workers) }
    }
}
