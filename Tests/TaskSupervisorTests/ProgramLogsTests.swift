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
            let log = earlier.begin(old, attempt: attempt)
            for file in [log.path, log.path + ".1"] { try Data().write(to: URL(fileURLWithPath: file)) }
        }
        try Data().write(to: URL(fileURLWithPath: path + "/notes.1.log"))
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o700)
        let logs = ProgramLogs(path: path)
        try Data().write(to: URL(fileURLWithPath: logs.begin(new, attempt: 1).path))
        #expect(Set(logs.scan()) == [old, new])
        logs.remove([old])
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: path).sorted()
                == ["\(new).1.log", "notes.1.log"].sorted())
    }
}
