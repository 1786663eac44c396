import FoundationEssentials
import Glibc
import JSON
import SystemPackage
import TaskModel
import TestSupport
import Testing

/// One at a time: they poll records, for what no log line reports.
@Suite("The output of programs", .serialized, .timeLimit(.minutes(15)))
struct ProgramOutputTests {
    private static func size(ofLogsOf service: CommandService) throws -> Int {
        try service.logs.reduce(0) { sum, name in
            let attributes = try FileManager.default.attributesOfItem(
                atPath: service.state.appending("logs").appending(name).string)
            return sum + (attributes[.size] as? Int ?? 0)
        }
    }

    @Test("in any amount is bounded on disk, and costs the service no memory")
    func flood() async throws {
        try await CommandService.run(["--log-limit", "1M"]) { service in
            _ = try await service.run(["true"])
            let before = try ProcessWatch.resources(of: service.service.program.pid)
            let record = try await service.run(["/bin/sh", "-c", "yes 'a line of output' | head -c 50000000; echo end"])
            #expect(record.state == .completed)
            #expect(record.output == ProgramOutput(bytes: 50_000_004, lines: 2_941_177, truncated: true))
            #expect(try Self.size(ofLogsOf: service) <= 1 << 20)
            let after = try ProcessWatch.resources(of: service.service.program.pid)
            #expect(after.anonymousBytes < before.anonymousBytes + 8 << 20)
        }
    }

    @Test(
        "of any kind is counted exactly",
        arguments: [
            // Lines of 1 MB; one without end; binary.
            ("head -c 3000000 /dev/zero | tr '\\0' x | fold -w 1000000; echo", 3_000_003, 3),
            ("head -c 3000000 /dev/zero | tr '\\0' x", 3_000_000, 1), ("head -c 1000000 /dev/zero", 1_000_000, 1),
            ("printf '\\377\\376\\n\\0\\n'", 5, 2), ("printf '1\\r2\\r3\\n'", 6, 1),
        ])
    func kinds(script: String, bytes: Int, lines: Int) async throws {
        try await CommandService.run { service in
            let record = try await service.run(["/bin/bash", "-c", script])
            #expect(record.output == ProgramOutput(bytes: bytes, lines: lines))
        }
    }

    @Test("that finds no room on the disk is lost and counted; program and service go on", .enabled(if: getuid() == 0))
    func fullDisk() async throws {
        try await StorageTests.withSmallDisk { disk in
            try await CommandService.run(at: disk.appending("state"), ["--log-limit", "64M"]) { service in
                let record = try await service.run(
                    ["/bin/sh", "-c", "yes 'a line of output' | head -c 30000000; echo end >&2"])
                #expect(record.state == .completed)
                #expect(record.output?.bytes == 30_000_004)
                #expect(record.output?.lost ?? 0 > 20_000_000)
                #expect(record.output?.truncated == false)
                #expect(try await service.http.get("/health").status == 200)
                // With room again everything works.
                for name in service.logs { unlink(service.state.appending("logs").appending(name).string) }
                while try await service.http.get("/health").json["storage"] != "ok" { await Task.yield() }
                let next = try await service.run(["/bin/sh", "-c", "echo next"])
                #expect(next.output == ProgramOutput(bytes: 5, lines: 1))
            }
        }
    }
}
