import JSON
import TaskModel
import Testing
import WorkerProtocol

@Suite("What travels as JSON")
struct WireTests {
    private static let lines: [(WorkerUpdate, String)] = [
        (
            .hello(WorkerAddress(host: "127.0.0.1", port: 4000)),
            #"{"event":"hello","host":"127.0.0.1","port":4000}"#
        ),
        (
            .progress(TaskProgress(done: 1, total: 3, fraction: 0.3333, step: "item 2 of 3")),
            #"{"event":"progress","done":1,"fraction":0.3333,"step":"item 2 of 3","total":3}"#
        ),
        (.paused, #"{"event":"paused"}"#),
        (.resumed, #"{"event":"resumed"}"#),
        (.outcome(.completed(["sum": 1.5])), #"{"event":"completed","result":{"sum":1.5}}"#),
        (.outcome(.failed("disk \"full\"\n")), #"{"error":"disk \"full\"\n","event":"failed"}"#),
        (.outcome(.stopped), #"{"event":"stopped"}"#),
        (.outcome(.signaled(.terminate)), #"{"event":"stopped","signal":"SIGTERM"}"#),
        (.outcome(.resourcesExhausted("no thread")), #"{"error":"no thread","event":"no_room"}"#),
    ]

    @Test("an update is written as one line and read back", arguments: lines)
    func updates(update: WorkerUpdate, text: String) throws {
        #expect(update.jsonText == text)
        #expect(try JSONCoding.decode(WorkerUpdate.self, from: text.utf8) == update)
    }

    @Test(
        "what is no update is refused",
        arguments: [
            "", "hello", "{}", #"{"event":"explode"}"#, #"{"event":"hello"}"#, #"{"event":"completed"}"#, "[]", "1",
            #"{"event":"stopped","signal":"SIGSEGV"}"#,
        ])
    func garbage(text: String) {
        #expect(throws: (any Error).self) { try JSONCoding.decode(WorkerUpdate.self, from: text.utf8) }
    }

    @Test("a record writes unknown members as null and never leaves them out")
    func record() throws {
        let id = try #require(TaskID("01ARYZ6S410000000000000000"))
        let record = TaskRecord(
            id: id, type: "process_data", data: ["items": [1]], state: .starting,
            progress: TaskProgress(done: 0, total: 1), createdAt: Timestamp(milliseconds: 0))
        let text = record.jsonText
        #expect(
            text == """
                {"active_ms":0,"attempt":1,"attempts":[],"created_at":"1970-01-01T00:00:00.000Z","error":null,\
                "exit_code":null,"finished_at":null,"left_behind":null,"name":null,"not_answering_since":null,"not_before":null,"output":null,"paused_ms":0,"pending":null,"pid":null,\
                "priority":0,"progress":{"done":0,"fraction":0,"step":null,"total":1},"queue_order":0,\
                "queue_position":null,"reason":null,"result":null,"retries":0,"retry_at":null,"retry_of":null,"revision":0,"signal":null,"started_at":null,"status":"starting",\
                "task_data":{"items":[1]},"task_id":"01ARYZ6S410000000000000000","task_type":"process_data",\
                "termination":null,"timeout":null,"title":"","worker_port":null}
                """)
        #expect(try JSONCoding.decode(TaskRecord.self, from: text.utf8) == record)
    }

    @Test(
        "any JSON value is read back as it was written",
        arguments: [
            "null", "true", "false", "0", "-1", "9223372036854775807", "1.5", "1e+300", #""""#, #""a\"b\u0001ü😀""#,
            "[]",
            "{}", #"{"a":[1,{"b":null}],"c":"d"}"#,
        ])
    func values(text: String) throws {
        let value = try JSONCoding.decode(JSONValue.self, from: text.utf8)
        #expect(value.jsonText == text)
    }

    @Test(
        "impossible progress is refused, possible progress is accepted",
        arguments: [
            (TaskProgress(done: 0, total: 0), true), (TaskProgress(done: 3, total: 3), true),
            (TaskProgress(done: 1, total: 3, fraction: 0.5), true), (TaskProgress(done: -1, total: 3), false),
            (TaskProgress(done: 4, total: 3), false), (TaskProgress(done: 1, total: 3, fraction: 1.1), false),
            (TaskProgress(done: 1, total: 3, fraction: .nan), false),
        ])
    func progress(progress: TaskProgress, isPlausible: Bool) {
        #expect(progress.isPlausible == isPlausible)
    }
}
