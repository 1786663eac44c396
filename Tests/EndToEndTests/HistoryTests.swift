import FoundationEssentials
import GRDB
import JSON
import SystemPackage
import TaskModel
import TestSupport
import Testing

@testable import TaskStore

private enum History {
    /// More than are read at the start, so that the others have to be looked up.
    static let count = ProcessInfo.processInfo.environment["TASKDECK_HISTORY"].flatMap { Int($0) } ?? 3000
}

@Suite("A long history", .timeLimit(.minutes(15)))
struct HistoryTests {
    private static func id(_ number: Int) -> String {
        let digits = String(number)
        return "01JDEZ8M1V" + String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// A database with many tasks that have ended: every tenth has failed.
    private static func write(_ count: Int, to directory: FilePath) async throws {
        let store = try TaskStore(StateDirectory(directory))
        var record = TaskRecord(
            id: try #require(TaskID(id(0))), type: "process_data", data: ["items": [1, 2, 3]], state: .completed,
            progress: TaskProgress(done: 3, total: 3), createdAt: Timestamp(milliseconds: 1_700_000_000_000))
        record.finishedAt = record.createdAt
        record.result = ["processed": 3, "items": [1, 2, 3]]
        let completed = record.jsonText
        record.state = .failed
        record.error = "no luck"
        let failed = record.jsonText
        let template = id(0)
        let checksum = DatabaseFunction("checksum", argumentCount: 3, pure: true) { values in
            let texts = values.compactMap { String.fromDatabaseValue($0) }
            guard texts.count == 3, let id = TaskID(texts[1]) else { return nil }
            return TaskRow.checksum(of: texts[0], id, "process_data", texts[2])
        }
        try await store.database.write { db in
            db.add(function: checksum)
            try db.execute(
                sql: """
                    WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?1)
                    INSERT INTO task (id, type, status, since, kept_until, record, ended, version, checksum)
                    SELECT id, 'process_data', status, n, 0, record, n, ?5, checksum(record, id, status)
                    FROM (
                        SELECT n, id, CASE n % 10 WHEN 0 THEN 'failed' ELSE 'completed' END AS status,
                            replace(CASE n % 10 WHEN 0 THEN ?3 ELSE ?2 END, ?4, id) AS record
                        FROM (SELECT n, printf('01JDEZ8M1V%016d', n) AS id FROM numbers))
                    """, arguments: [count, completed, failed, template, TaskRecord.version])
        }
        try store.database.close()
    }

    @Test("A long history can be listed after a start, in pages and as a whole, without being kept in memory")
    func history() async throws {
        let count = History.count
        try await TemporaryDirectory.run { directory in
            try await Self.write(count, to: directory)
            let clock = ContinuousClock()
            let start = clock.now
            let status = try await Service.run(["--state", directory.string, "--keep", "0"]) { service in
                let started = clock.now - start
                #expect(try await service.http.get("/health").json["counts"]?["failed"] == .integer(Int64(count / 10)))

                let middle = count / 2
                let first = try await service.http.get("/tasks?limit=50&after=\(Self.id(middle))")
                #expect(first.json["total"] == .integer(Int64(count)))
                var times: [Duration] = []
                for query in ["", "&status=failed", "&task_type=process_data", "&status=failed,killed"] {
                    for page in 0..<(count < 100_000 ? 3 : 25) {
                        let after = Self.id(middle + page * 10)
                        let before = clock.now
                        let answer = try await service.http.get("/tasks?limit=50&after=\(after)\(query)")
                        times.append(clock.now - before)
                        let tasks = try answer.list.tasks
                        #expect(tasks.map(\.id.description) == tasks.map(\.id.description).sorted())
                        #expect(tasks.first.map { $0.id.description > after } ?? false)
                        #expect(tasks.count == 50)
                    }
                }
                let old = try await service.http.get("/tasks/\(Self.id(10))").record
                #expect(old.error == "no luck")
                let control = try await service.http.post("/tasks/\(Self.id(10))/control", #"{"action":"pause"}"#)
                #expect(control.status == 409)
                #expect(control.code == "already_finished")
                _ = try await service.startTask("process_data", #"{"items":[1],"delay":1000}"#)

                let whole = try await service.http.get("/tasks", upTo: 2 << 30)
                #expect(whole.body.utf8.count > count * 300)
                #expect(whole.body.hasSuffix(",\"total\":\(count + 1)}"))
                let memory = try ProcessWatch.resources(of: service.program.pid).anonymousBytes
                #expect(memory < 150 << 20)
                times.sort()
                print(
                    "history: \(count) tasks, start \(started), page of 50 median \(times[times.count / 2]),",
                    "95 % \(times[times.count * 95 / 100]), whole list \(whole.body.utf8.count) bytes,",
                    "memory \(memory >> 20) MiB")
            }
            #expect(status == .exited(0))
        }
    }
}
