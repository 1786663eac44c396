import JSON
import TestSupport
import Testing

@Suite("The benchmark", .timeLimit(.minutes(15)))
struct BenchTests {
    @Test("measures two services alternately and prints JSON")
    func comparison() async throws {
        let other = "\(BuiltProducts.taskdeck) --no-ui --ephemeral --max-running 0 --port {port}"
        let arguments = [
            "--rounds", "1", "--repetitions", "2", "--only", "control", "--only", "trivial", "--only", "spaced",
            "--only", "wakeUps",
            "--json", "--against", other,
        ]
        let end = try await RunningProgram.run(BuiltProducts.bench, arguments) { program in
            let output = await program.output.allAtEnd().joined()
            let report = try JSONMembers(try JSONParser.parse(output.utf8))
            let rows: [JSONValue] = try report.value("rows")
            let names = rows.compactMap { $0.members?["name"] }
            #expect(
                names == [
                    "start", "trivial", "detail", "pause", "resume", "terminate", "kill", "spacedCreate",
                    "spacedCreateToCompleted", "spacedPause", "spacedKill", "wakeUpsByCreate", "wakeUpsByTrivial",
                    "wakeUpsByPause", "wakeUpsByKill",
                ])
            for row in rows.map({ $0.members }) {
                let isCompared =
                    switch row?["times_better"] {
                    case .number(let ratio)?: ratio > 0
                    case .integer(let ratio)?: ratio > 0
                    default: false
                    }
                #expect(isCompared, "\(row?["name"] ?? nil) is not compared")
                #expect(row?["samples"]?.members?.keys.sorted() == ["other", "taskdeck"])
            }
        }
        #expect(end == .exited(0))
    }

    @Test(
        "invalid options are refused with one line that names the valid ones",
        arguments: [
            (["--against", "server"], "--against must contain {port}: 'COMMAND --port {port}'"),
            (["--rounds", "0"], "--rounds must be between 1 and 1000"),
            (["--repetitions", "0"], "--repetitions must be between 1 and 100000"),
            (["--growth", "--against", "x {port}"], "--growth measures taskdeck alone, without --against"),
        ])
    func refusal(arguments: [String], text: String) async throws {
        let end = try await RunningProgram.run(BuiltProducts.bench, arguments) { program in
            let lines = await program.errors.allAtEnd()
            #expect(lines.contains { $0.contains(text) })
        }
        #expect(end != .exited(0))
    }
}
