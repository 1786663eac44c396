/// A query parameter of the API; each route allows some.
enum QueryParameter: String, Sendable {
    case status
    case taskType = "task_type"
    case limit
    case after
    case fields
    case detail
    case useHTTP = "use_http"
    case stream
    case tail
    case since
    case format
    case follow
    case hold
    case attempt
    case task
    case lastEventID = "last_event_id"
    case level
    case part
    case cursor
    case wait

    /// What the parameter does, in a few words.
    var summary: String {
        switch self {
        case .status: "Only tasks in these states, separated by commas"
        case .taskType: "Only tasks of this type"
        case .limit: "The most tasks, or lines, to list"
        case .after: "Only tasks that were created after the one with this id"
        case .fields: "'summary' leaves out task_data, result and attempts"
        case .detail: "Whether to add the worker's own status and its log"
        case .useHTTP: "Whether to end the task gracefully, through its worker"
        case .stream: "Only this stream: stdout or stderr"
        case .tail: "The number of lines from the end"
        case .since: "Only lines from this time on: RFC 3339, or a time back as 30s, 5m or 2h"
        case .format: "text for lines without control characters, raw for the bytes, cri for lines with times"
        case .follow: "Whether to continue with what is written from now on, until the attempt has ended"
        case .hold: "Whether the program is to wait where its output would be dropped before it is sent"
        case .attempt: "The number of the attempt; by default the latest"
        case .task: "Only these tasks: ids, separated by commas"
        case .lastEventID: "The id of the event after which to continue, if there is no header Last-Event-ID"
        case .level: "The least important level to show"
        case .part: "The lines to show: first, last, or those before or after a cursor"
        case .cursor: "The start or end of an earlier page"
        case .wait: "What an earlier page has reached: waits up to 15 s until there is more"
        }
    }
}
