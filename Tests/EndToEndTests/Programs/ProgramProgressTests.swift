import JSON
import SystemPackage
import TaskModel
import TestSupport
import Testing

/// One at a time: they poll records, for what no log line reports.
@Suite("The progress of a program", .serialized, .timeLimit(.minutes(15)))
struct ProgramProgressTests {
    struct Source: Sendable {
        let script: String
        let rule: String?
        let expected: TaskProgress
    }

    private static let sources = [
        Source(
            script: #"echo '{"done": 3, "total": 10, "step": "encode"}' >&$TASKDECK_PROGRESS_FD; echo 99 %"#, rule: nil,
            expected: TaskProgress(done: 3, total: 10, step: "encode")),
        Source(script: "echo 'step [7/8] of many'", rule: nil, expected: TaskProgress(done: 7, total: 8)),
        Source(
            script: #"printf '1/4\r2/4\r3/4'"#, rule: "auto", expected: TaskProgress(done: 3, total: 4)),
        Source(
            script: "echo 4 of 5 files, 1/2", rule: "([0-9]+) of ([0-9]+)", expected: TaskProgress(done: 4, total: 5)),
    ]

    private static func data(rule: String) -> [JSONName: JSONValue] { ["progress": .string(rule)] }

    @Test("comes from descriptor 3, or is found in its output", arguments: sources)
    func progress(source: Source) async throws {
        try await CommandService.run { service in
            let id = try await service.create(
                ["/bin/sh", "-c", source.script + "; exec sleep 600"],
                data: source.rule.map(Self.data) ?? [:])
            let record = try await service.record(of: id) { $0.progress.done > 0 || $0.state.isFinal }
            #expect(record.state == .running)
            #expect(record.progress == source.expected)
            #expect(try await service.http.delete("/tasks/\(id)").status == 200)
        }
    }

    @Test(
        "is found in bounded time, whatever the expression", arguments: ["(a+)+b", "(a|aa)+b", "(.*)*(.*)*b", "none"])
    func catastrophic(rule: String) async throws {
        try await CommandService.run { service in
            // A line of 1 MB, and many that do not match.
            let script =
                "head -c 1000000 /dev/zero | tr '\\0' a; echo; yes aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa | head -n 20000"
            let answer = try await service.http.post(
                "/tasks", CommandService.request(["/bin/sh", "-c", script], data: ["progress": .string(rule)]))
            // Refused, or it costs nothing.
            guard answer.status == 201 else { return #expect(answer.status == 422) }
            let record = try await service.lastRecord(of: try answer.record.id)
            #expect(record.state == .completed)
            #expect(record.output?.lines == 20_001)
        }
    }

    @Test("is reported at most 20 times a second, and at last as it was at the end")
    func rate() async throws {
        try await CommandService.run { service in
            let record = try await service.run(
                [
                    "/bin/bash", "-c",
                    #"for ((i = 1; i <= 10000; i++)); do echo "{\"done\": $i, \"total\": 10000}" >&3; done"#,
                ])
            #expect(record.state == .completed)
            #expect(record.progress == TaskProgress(done: 10_000, total: 10_000))
            let seconds = Double(record.activeMilliseconds) / 1000
            // Besides: once a second its output, and a few changes of its state.
            #expect(Double(record.revision) <= 21 * seconds + 20)
        }
    }
}
