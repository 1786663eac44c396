import JSON
import TaskControl
import TaskModel
import Testing

@testable import Dashboard

@Suite("The form filled in from a task")
struct FormDuplicateTests {
    private static func original() -> TaskRecord {
        var record = DashboardScript.record(1, "process_data", .failed)
        record.name = "nightly"
        record.options.priority = 5
        record.options.timeout = 2.5
        record.options.retries = 3
        return record
    }

    private static func duplicate(_ record: TaskRecord) -> DashboardScript {
        var script = DashboardScript()
        script.duplicate(record)
        return script
    }

    @Test("a duplicate has the type, data, name and options of its original, and its time if it is in the future")
    func duplicating() {
        for (offset, time) in [(-60_000, nil), (172_800_000, "2026-11-26T07:00:00.000Z")] as [(Int64, JSONValue?)] {
            var record = Self.original()
            record.options.notBefore = Timestamp(milliseconds: DashboardScript.start.milliseconds + offset)
            var script = Self.duplicate(record)
            #expect(script.screen.contains("New task like …P00001"))
            script.press(.enter)
            var members: [JSONName: JSONValue] = [
                "task_type": "process_data", "task_data": ["items": [1, 2, "three"], "delay": 0.5], "name": "nightly",
                "priority": 5, "timeout": 2.5, "retries": 3,
            ]
            members["not_before"] = time
            #expect(script.draft?.members == members)
        }
    }

    @Test("data that is only stored is read before it can be sent")
    func reading() {
        var record = Self.original()
        let data = record.data
        record.leaveDataInStore()
        var script = Self.duplicate(record)
        #expect(script.commands.map(\.name) == ["detail 01"])
        #expect(script.screen.contains("items       reading…"))
        script.press(.enter)
        #expect(script.draft == nil)
        #expect(script.screen.contains("✗ items is still being read"))
        record.data = data
        script.send(.detailRead(record.id, TaskDetail(record: record, worker: .unavailable("ended"), log: [])))
        script.press(.enter)
        #expect(script.draft?.members["task_data"] == data?.value)
    }

    @Test("data that cannot be read can be typed; the data of another task is not used")
    func unreadable() {
        var record = Self.original()
        record.leaveDataInStore()
        var script = Self.duplicate(record)
        let other = DashboardScript.record(2)
        script.send(.detailRead(other.id, TaskDetail(record: other, worker: .unavailable("ended"), log: [])))
        #expect(script.screen.contains("reading…"))
        script.send(.detailRead(record.id, nil))
        #expect(script.screen.contains("✗ its data cannot be read now"))
        script.press(.enter)
        #expect(script.draft?.members["task_data"] == [:])
    }

    @Test("a value too large to edit is kept until Ctrl-U removes it")
    func large() {
        var record = Self.original()
        let items = JSONValue.array((0..<20_000).map { .integer($0) })
        record.data = JSONText(["items": items])
        var script = Self.duplicate(record)
        #expect(script.screen.contains("kept as it is; Ctrl-U removes it"))
        script.type("x")
        script.press(.enter)
        #expect(script.draft?.members["task_data"] == ["items": items])
        script.send(.submitted(.form, .failure(.shuttingDown)))
        script.press(.control("u"))
        script.type("[1]")
        script.press(.enter)
        #expect(script.draft?.members["task_data"] == ["items": [1]])
    }
}
