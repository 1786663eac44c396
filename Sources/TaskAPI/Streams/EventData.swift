import JSON
import TaskControl
import TaskModel

/// The data of `gap`.
struct GapData: JSONWritable {
    let reason: EventID.Gap
    let lastEventID: String

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("last_event_id", String(lastEventID.prefix(64)))
            json.member("reason", reason)
        }
    }
}

/// The data of `removed`.
struct RemovalData: JSONWritable {
    let id: TaskID
    /// The state for which the task does not match any more; `nil` if it is not kept any more.
    let state: TaskState?

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("status", state)
            json.member("task_id", id)
        }
    }
}

/// The data of `snapshot`: a part of the tasks.
struct SnapshotPiece {
    /// Whether the snapshot is complete with it.
    let isLast: Bool
    let queue: QueueStatus
    let health: ServiceHealth

    /// The text before its records.
    var beginning: String {
        var json = JSONWriter()
        json.object { json in
            json.member("complete", isLast)
            json.member("health", health)
            json.member("queue", queue)
        }
        return String(decoding: json.bytes.dropLast(), as: UTF8.self) + #","tasks":["#
    }

    /// The text behind its records.
    static let end = "]}"
}

extension ServiceHealth {
    /// The same without what changes all the time.
    var withoutUptime: ServiceHealth {
        ServiceHealth(
            uptimeMilliseconds: 0, counts: counts, isShuttingDown: isShuttingDown, storageFailure: storageFailure,
            launchFailure: launchFailure)
    }
}
