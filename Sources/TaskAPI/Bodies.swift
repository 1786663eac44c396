import JSON
import TaskControl
import TaskModel

/// The answer to `GET /health`.
struct HealthBody: JSONWritable {
    let status: String
    let uptimeMilliseconds: Int
    /// `ok`, or why tasks cannot be stored.
    let storage: String
    /// `ok`, or why no worker can be started.
    let launching: String
    /// All states, also those that no task is in.
    let counts: [JSONName: Int]

    init(_ health: ServiceHealth) {
        let isWell = health.storeTrouble == nil && health.launchFailure == nil
        status = health.isShuttingDown ? "shutting_down" : isWell ? "ok" : "degraded"
        storage = health.storeTrouble ?? "ok"
        launching = health.launchFailure ?? "ok"
        uptimeMilliseconds = health.uptimeMilliseconds
        counts = Dictionary(
            uniqueKeysWithValues: TaskState.allCases.map { (JSONName($0.rawValue), health.counts[$0] ?? 0) })
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("counts", JSONValue.object(counts.mapValues { .integer(Int64($0)) }))
            json.member("launching", launching)
            json.member("status", status)
            json.member("storage", storage)
            json.member("uptime_ms", uptimeMilliseconds)
            json.member("version", taskdeckVersion)
        }
    }
}

/// The answer to `GET /tasks/{id}?detail=true`: the record's members and those of the worker.
struct DetailBody: JSONWritable {
    private let detail: TaskDetail

    init(_ detail: TaskDetail) {
        self.detail = detail
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            detail.record.writeMembers(to: &json)
            json.member("log", detail.log)
            switch detail.worker {
            case .status(let status):
                json.member("worker", status)
                json.member("worker_error", JSONValue.null)
            case .unavailable(let reason):
                json.member("worker", JSONValue.null)
                json.member("worker_error", reason)
            }
        }
    }
}
