import Foundation
import TaskModel
import TaskOutput
import Testing

@testable import TaskSupervisor

@Suite("The logs of programs")
struct ProgramLogsTests {
    @Test("go with their tasks, also those of earlier services; other files stay")
    func removal() throws {
        let path = NSTemporaryDirectory() + "logs-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        var ids = TaskIDGenerator()
        let (old, new) = (ids.next(at: Timestamp(milliseconds: 1)), ids.next(at: Timestamp(milliseconds: 2)))
        let earlier = ProgramLogs(path: path)
        for attempt in 1...2 {
            let log = earlier.begin(old, attempt: attempt).log
            for file in [log.path, log.path + ".1"] { try Data().write(to: URL(fileURLWithPath: file)) }
        }
        try Data().write(to: URL(fileURLWithPath: path + "/notes.1.log"))
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o700)
        let logs = ProgramLogs(path: path)
        try Data().write(to: URL(fileURLWithPath: logs.begin(new, attempt: 1).log.path))
        #expect(Set(logs.scan()) == [old, new])
        logs.remove([old])
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: path).sorted()
                == ["\(new).1.log", "notes.1.log"].sorted())
    }

    @Test("of all attempts of a task together stay below the limit; the latest stay")
    func limit() throws {
        let path = NSTemporaryDirectory() + "logs-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        var ids = TaskIDGenerator()
        let id = ids.next(at: Timestamp(milliseconds: 1))
        let logs = ProgramLogs(path: path, limit: 1_000_000)
        for (attempt, size, limit) in [(1, 300, 1000), (2, 150, 700), (3, 0, 550), (4, 400, 550), (5, 800, 600)] {
            let (log, room) = logs.begin(id, attempt: attempt)
            #expect(room == limit * 1000, "attempt \(attempt)")
            if size > 0 { try Data(count: size * 1000).write(to: URL(fileURLWithPath: log.path)) }
        }
        // Too large for half of the limit.
        #expect(logs.begin(id, attempt: 6).limit == 1_000_000)
        #expect(try FileManager.default.contentsOfDirectory(atPath: path) == [])
    }

    @Test("of earlier attempts leave the least that a log may have")
    func leastLimit() throws {
        let path = NSTemporaryDirectory() + "logs-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        var ids = TaskIDGenerator()
        let id = ids.next(at: Timestamp(milliseconds: 1))
        let logs = ProgramLogs(path: path, limit: ProgramLogs.minimumLimit + 1000)
        for (attempt, size) in [(1, 1000), (2, 1), (3, 0)] {
            let (log, room) = logs.begin(id, attempt: attempt)
            #expect(room >= ProgramLogs.minimumLimit, "attempt \(attempt)")
            if size > 0 { try Data(count: size).write(to: URL(fileURLWithPath: log.path)) }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["\(id).2.log"])
    }

    @Test("stay while a reader holds them, which opens the newer file only after the older one")
    func heldLog() throws {
        let path = NSTemporaryDirectory() + "logs-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        var ids = TaskIDGenerator()
        let id = ids.next(at: Timestamp(milliseconds: 1))
        let logs = ProgramLogs(path: path, limit: OutputWriter.minimumLimit)
        let (log, limit) = logs.begin(id, attempt: 1)
        do {
            let reader = try OutputReader(log, OutputSelection(.raw), follow: true, holds: true)
            let writer = OutputWriter(log, limit: limit)
            var text: [UInt8] = []
            while writer.hold == nil {
                let line = Array("\(text.count)\n".utf8)
                line.withUnsafeBytes { writer.append($0, from: .standardOutput, at: .now()) }
                writer.flush()
                text += line
            }
            writer.finish(at: .now())
            #expect(logs.begin(id, attempt: 2).limit == limit)
            try reader.end()
            var read: [UInt8] = []
            while case .bytes(let bytes) = try reader.next() { read += bytes }
            #expect(read == text)
            #expect(!reader.hasGap)
        }
        _ = logs.begin(id, attempt: 2)
        #expect(try FileManager.default.contentsOfDirectory(atPath: path) == [])
    }
}
