import JSON
import TaskModel
import TestSupport
import Testing
import WorkerProtocol

@testable import TaskBoard

@Suite("The revision of a record")
struct RevisionTests {
    /// The record without the members that change with the clock, and its revision.
    private static func members(_ record: TaskRecord) throws -> (shown: [JSONName: JSONValue], revision: Int) {
        var members = try #require(try JSONParser.parse(record.jsonText.utf8).members)
        for name: JSONName in ["active_ms", "paused_ms", "queue_position", "reason", "revision"] { members[name] = nil }
        return (members, record.revision)
    }

    @Test("grows whenever anything else changes, and never falls, in every task at once")
    func growing() throws {
        var script = BoardScript(TaskBoard.Policy(maxRunning: 2))
        script.storesAtOnce = false
        var options = TaskOptions()
        options.retries = 1
        let ids = [try script.running(), try script.submit(options), try script.submit(), try script.submit()]
        var seen: [TaskID: (shown: [JSONName: JSONValue], revision: Int)] = [:]
        func look() throws {
            for id in ids {
                let now = try Self.members(try script.record(id))
                if let before = seen[id] {
                    #expect(now.revision >= before.revision)
                    #expect(now.shown == before.shown || now.revision > before.revision)
                }
                seen[id] = now
            }
        }
        try look()
        for step in 0..<12 {
            try script.pass(.milliseconds(300))
            switch step {
            case 0: try script.receive(.task(ids[0], .updated(.progress(TaskProgress(done: 1, total: 2, step: "a")))))
            case 1: try script.request(.pause, ids[0])
            case 2: try script.receive(.task(ids[0], .updated(.paused)))
            case 3: try script.receive(.task(ids[0], .updated(.resumed)))
            case 4: try script.open(ids[1])
            case 5: try script.end(ids[1], .exited(code: 1))
            case 6: try script.receive(.task(ids[3], .reordered(priority: 3, order: nil)))
            case 7: try script.receive(.task(ids[0], .updated(.outcome(.completed(7)))))
            case 8: try script.end(ids[0])
            case 9: try script.receive(.task(ids[0], .stored))
            case 10: try script.request(.terminate, ids[2])
            default: try script.pass(.seconds(2))
            }
            try look()
        }
    }

    @Test("of an end is the same where it is stored, answered and shown")
    func end() throws {
        var script = BoardScript()
        script.storesAtOnce = false
        let id = try script.running()
        let request = try script.request(.kill, id)
        try script.end(id, .killed)
        let before = try script.record(id)
        // Another request meanwhile changes nothing that is shown.
        try script.request(.kill, id)
        #expect(try script.record(id).revision == before.revision)
        try script.receive(.task(id, .stored))
        let shown = try script.record(id)
        #expect(shown.revision > before.revision)
        // Nor does an update that arrives late.
        try script.receive(.task(id, .updated(.paused)))
        #expect(try script.record(id) == shown)
        #expect(script.stored.last?.revision == shown.revision)
        #expect(try script.answers(to: request).map { try $0.get().revision } == [shown.revision])
    }
}
