import FoundationEssentials
import TaskModel
import TestSupport
import Testing

/// Workers that write as fast as they can, against the real service.
@Suite("Workers that flood their pipes", .serialized, .timeLimit(.minutes(15)))
struct FloodTests {
    private static let memoryLimit = 32 << 20

    @Test(
        "a flood is read as fast as can be, and no faster; memory stays, others are answered, and it can be ended",
        arguments: [
            #"while :; do echo '{"event":"progress","done":0,"total":1,"fraction":0.5}'; done"#,
            #"exec yes '{"event":"progress","done":0,"total":1,"fraction":0.5}'"#, "exec yes noise >&2",
            "exec cat /dev/zero >&2",
        ])
    func flood(script: String) async throws {
        let worker = FileManager.default.temporaryDirectory.appending(path: "taskdeck-\(UUID().uuidString)").path()
        defer { try? FileManager.default.removeItem(atPath: worker) }
        let hello = #"{"event":"hello","host":"127.0.0.1","port":1,"pid":1}"#
        try Data("#!/bin/bash\nread -r line\necho '\(hello)'\n\(script)\n".utf8)
            .write(to: URL(filePath: worker))
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: worker)

        let status = try await Service.run(["--worker", worker]) { service in
            let before = try ProcessWatch.resources(of: service.program.pid)
            let task = try await service.startTask("process_data", "{}")
            for _ in 0..<50 {
                let health = try await service.http.get("/health")
                #expect(health.status == 200)
            }
            let after = try ProcessWatch.resources(of: service.program.pid)
            #expect(after.anonymousBytes < before.anonymousBytes + Self.memoryLimit)
            let ended = try await service.http.delete("/tasks/\(task.id)?use_http=true").record
            #expect(ended.state == .killed)
        }
        #expect(status == .exited(0))
    }
}
