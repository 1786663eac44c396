import GRDB
import TaskModel
import TestSupport
import Testing

@testable import TaskStore

@Suite("A stored program", .timeLimit(.minutes(15)))
struct StoredProgramTests {
    private static let program = Program(
        arguments: ["echo", "a b", ""], directory: "/", environment: ["SECRET": "5e7", "é": "\n"], input: "in",
        stopSignal: .int, successCodes: [0, 3], progress: ProgressRule.none)

    @Test("is not in its task's record, and goes with it")
    func apart() async throws {
        var maker = RecordMaker()
        let (first, second) = (maker.queued(), maker.queued())
        let store = try TaskStore(nil)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await store.run { Timestamp(milliseconds: 1) } }
            #expect(try await store.add(first, program: Self.program, nil) == .added)
            #expect(try await store.add(second, nil) == .added)
            #expect(try await store.program(of: first.id) == Self.program)
            #expect(try await store.program(of: second.id) == nil)
            let text = try await store.database.read { db in
                try String.fetchAll(db, sql: "SELECT record FROM task").joined()
            }
            #expect(!text.contains("5e7"))
            let absent = maker.queued().id
            #expect(try await store.known(of: [first.id, second.id, absent]) == [first.id, second.id])
            try await store.database.write { try $0.execute(sql: "DELETE FROM task") }
            #expect(try await store.program(of: first.id) == nil)
            store.finish()
        }
    }
}
