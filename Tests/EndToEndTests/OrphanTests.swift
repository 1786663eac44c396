import FoundationEssentials
import Glibc
import JSON
import SystemPackage
import TaskModel
import TestSupport
import Testing

@Suite("Orphaned children", .timeLimit(.minutes(15)))
struct OrphanTests {
    private static let short = #"{"items":[1],"delay":0}"#

    /// Runs a service whose workers first run a line of shell.
    private static func run(_ line: String, body: @Sendable (Service) async throws -> Void) async throws {
        try await TemporaryDirectory.run { directory in
            try FileManager.default.createDirectory(atPath: directory.string, withIntermediateDirectories: true)
            let program = directory.appending("worker")
            try "#!/bin/sh\n\(line)\nexec '\(BuiltProducts.worker)'\n"
                .write(toFile: program.string, atomically: false, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.string)
            let status = try await Service.run(["--worker", program.string], body: body)
            #expect(status == .exited(0))
        }
    }

    /// Runs a task to its end and returns the pid that its worker has logged first.
    private static func orphan(of service: Service) async throws -> Int32 {
        let id = try await service.createTask("process_data", short)
        _ = try await service.record(of: id, when: .completed)
        let log = try await service.http.get("/tasks/\(id)?detail=true").json["log"]
        guard case .array(let lines)? = log, case .string(let line)? = lines.first else { return try #require(nil) }
        return try #require(Int32(line))
    }

    @Test("one that has left its worker's session is the service's child, and is reaped when it ends")
    func escaped() async throws {
        try await Self.run("setsid sleep 1000 >/dev/null 2>&1 </dev/null & echo $! >&2") { service in
            var orphans = [try await Self.orphan(of: service)]
            #expect(try ProcessWatch.parent(of: orphans[0]) == service.program.pid)
            for _ in 0..<3 {
                ProcessWatch.send(.kill, to: try #require(orphans.last))
                // It ends before the next worker does.
                orphans.append(try await Self.orphan(of: service))
            }
            for pid in orphans.dropLast() { #expect(!ProcessWatch.exists(pid)) }
            ProcessWatch.send(.kill, to: try #require(orphans.last))
        }
    }

    @Test("the ends of workers are found, whatever orphans end at the same time")
    func manyOrphans() async throws {
        try await Self.run("for i in 1 2 3 4 5; do setsid sh -c '(sleep 0.0$0) &' $i; done >/dev/null 2>&1 </dev/null")
        {
            service in
            for _ in 0..<20 {
                let id = try await service.createTask("process_data", Self.short)
                let record = try await service.record(of: id, when: .completed)
                #expect(record.exitCode == 0)
            }
        }
    }
}
