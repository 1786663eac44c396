import FoundationEssentials
import Glibc
import JSON
import SystemPackage
import TaskModel
import TestSupport
import Testing

/// One at a time: they poll records, for what no log line reports.
@Suite("The start of a program", .serialized, .timeLimit(.minutes(15)))
struct ProgramStartTests {
    struct Refusal: Sendable {
        let command: [String]
        var data: [JSONName: JSONValue] = [:]
        let field: String
        let reason: String
    }

    private static let refusals = [
        Refusal(command: ["no-such-program"], field: "task_data.command", reason: "no such file"),
        Refusal(command: ["/etc/passwd"], field: "task_data.command", reason: "permission denied"),
        Refusal(command: ["/etc"], field: "task_data.command", reason: "a directory"),
        Refusal(
            command: ["ls"], data: ["env": ["PATH": "/nope"]], field: "task_data.command",
            reason: "cannot run 'ls': no such file"),
        Refusal(
            command: ["true"], data: ["cwd": "/nope"], field: "task_data.cwd",
            reason: "cannot run in '/nope': no such directory"),
        Refusal(
            command: ["true"], data: ["cwd": "/etc/passwd"], field: "task_data.cwd",
            reason: "cannot run in '/etc/passwd': not a directory"),
    ]

    /// The fields that the problems of an answer name.
    private static func fields(_ answer: Answer) -> [String] {
        guard case .array(let errors)? = answer.json["errors"] else { return [] }
        return errors.compactMap { if case .string(let field)? = $0["field"] { field } else { nil } }
    }

    @Test("is checked with the request, by the task's own PATH", arguments: refusals)
    func refused(refusal: Refusal) async throws {
        try await CommandService.run { service in
            let answer = try await service.http.post(
                "/tasks", CommandService.request(refusal.command, data: refusal.data))
            #expect(answer.status == 422)
            #expect(Self.fields(answer) == [refusal.field])
            #expect(answer.body.contains(refusal.reason))
            // It may be installed until then.
            let later = CommandService.request(
                refusal.command, data: refusal.data, members: ["not_before": "9999-01-01T00:00:00Z"])
            #expect(try await service.http.post("/tasks", later).status == 201)
        }
    }

    /// Runs `body` with a script and its directory.
    private static func withScript(_ text: String, _ body: @Sendable (FilePath) async throws -> Void) async throws {
        try await TemporaryDirectory.run { directory in
            try FileManager.default.createDirectory(atPath: directory.string, withIntermediateDirectories: true)
            let script = directory.appending("tool")
            try text.write(toFile: script.string, atomically: false, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script.string)
            try await body(script)
        }
    }

    @Test("of what has gone since the request fails with the reason", arguments: [false, true])
    func gone(withDirectory: Bool) async throws {
        try await Self.withScript("#!/bin/sh\n") { script in
            let directory = script.removingLastComponent()
            try await CommandService.run { service in
                _ = try await service.http.send("POST", "/queue/pause")
                let id = try await service.create(
                    [withDirectory ? "true" : script.string], data: ["cwd": .string(directory.string)])
                try FileManager.default.removeItem(atPath: withDirectory ? directory.string : script.string)
                _ = try await service.http.send("POST", "/queue/resume")
                let record = try await service.lastRecord(of: id)
                #expect(
                    record.error
                        == (withDirectory
                            ? "cannot run in '\(directory)': no such directory"
                            : "cannot run '\(script)': no such file"))
                #expect(record.state == .failed)
                #expect(record.exitCode == nil && record.signal == nil)
            }
        }
    }

    @Test("without an interpreter fails with the reason")
    func interpreter() async throws {
        try await Self.withScript("#!/nope/interpreter\n") { script in
            try await CommandService.run { service in
                let record = try await service.run([script.string])
                #expect(record.error == "cannot run '\(script)': no such interpreter as it names")
            }
        }
    }
}
