import FoundationEssentials
import JSON
import SystemPackage
import TaskModel
import TestSupport
import Testing

@Suite("The logs of programs", .timeLimit(.minutes(15)))
struct ProgramLogTests {
    /// Runs a task that writes a line, in two attempts if it is retried.
    private static func run(_ service: CommandService, retries: Int64 = 0) async throws -> TaskID {
        try await service.run(
            ["/bin/sh", "-c", "echo $TASKDECK_ATTEMPT; exit 1"], members: ["retries": .integer(retries)]
        ).id
    }

    /// Returns once the directory has these files only: they are removed after the records.
    private static func wait(for names: [String], in service: CommandService) async {
        while service.logs != names.sorted() { await Task.yield() }
    }

    @Test("go with the records of their tasks, and at the start those of tasks that are not stored")
    func removal() async throws {
        try await TemporaryDirectory.run { state in
            try await CommandService.run(at: state, ["--keep", "2"]) { service in
                let first = try await Self.run(service, retries: 1)
                #expect(service.logs == ["\(first).1.log", "\(first).2.log"])
                let second = try await Self.run(service)
                let third = try await Self.run(service)
                await Self.wait(for: ["\(second).1.log", "\(third).1.log"], in: service)
            }
            let logs = state.appending("logs")
            for name in ["01JDEZ8M1VQ3T5B9X7CKPA2RWH.1.log", "01JDEZ8M1VQ3T5B9X7CKPA2RWH.1.log.1", "notes.txt"] {
                try Data().write(to: URL(filePath: logs.appending(name).string))
            }
            // Fewer are kept from now on; what is no log stays.
            try await CommandService.run(at: state, ["--keep", "1"]) { service in
                let last = try await Self.run(service)
                await Self.wait(for: ["\(last).1.log", "notes.txt"], in: service)
            }
        }
    }

    @Test("of an ephemeral service are where its socket is")
    func ephemeral() async throws {
        try await TemporaryDirectory.run { runtime in
            try FileManager.default.createDirectory(atPath: runtime.string, withIntermediateDirectories: true)
            try await Service.run(["--ephemeral", "--keep", "1"], environment: ["XDG_RUNTIME_DIR": runtime.string]) {
                let directory = runtime.appending(try #require(TemporaryDirectory.names(in: runtime).first))
                let service = CommandService(service: $0, state: directory)
                let first = try await Self.run(service)
                #expect(service.logs == ["\(first).1.log"])
                let second = try await Self.run(service)
                await Self.wait(for: ["\(second).1.log"], in: service)
            }
            #expect(TemporaryDirectory.names(in: runtime).isEmpty)
        }
    }
}
