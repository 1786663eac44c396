import JSON
import TaskControl
import TaskModel

/// The answer to `GET /tasks/{id}?detail=true`: the record's members and those of the worker.
struct DetailBody: JSONWritable {
    let detail: TaskDetail
    let fields: RecordFields
    let access: Access

    func write(to json: inout JSONWriter) {
        json.object { json in
            detail.record.writeMembers(fields, for: access, to: &json)
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
