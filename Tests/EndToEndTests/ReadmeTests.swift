import FoundationEssentials
import JSON
import SystemPackage
import TestSupport
import Testing

@Suite("The examples and flags of the README", .timeLimit(.minutes(15)))
struct ReadmeTests {
    private static var text: String {
        get throws {
            let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent()
            return try String(contentsOf: repository.appending(path: "README.md"), encoding: .utf8)
        }
    }

    /// The shell blocks that speak to the service.
    private static var examples: [String] {
        get throws {
            try text.components(separatedBy: "```sh\n").dropFirst()
                .compactMap { $0.components(separatedBy: "```").first }
                .filter { $0.contains("curl -s") }
        }
    }

    @Test("the curl examples work as pasted")
    func examples() async throws {
        let examples = try Self.examples
        #expect(examples.count == 6)
        try await TemporaryDirectory.run { state in
            try await Service.run(["--state", state.string]) { service in
                for example in examples {
                    let script = example.replacing("localhost:8000", with: "localhost:\(service.port)")
                        .replacing("~/.local/state/taskdeck", with: state.string)
                        .replacing("taskdeck token", with: "'\(BuiltProducts.taskdeck)' token --state '\(state)'")
                    let status = try await RunningProgram.run("/bin/bash", ["-euo", "pipefail", "-c", script]) {
                        shell in
                        let output = await shell.output.allAtEnd().joined(separator: "\n")
                        #expect(!output.contains("\"code\""), "\(output)")
                        #expect(output.contains("\"task_id\""))
                    }
                    #expect(status == .exited(0))
                }
                let killed = try await service.http.get("/tasks?status=terminated")
                #expect(killed.json["total"] == 1)
                #expect(try await service.http.get("/tasks").json["total"] == 5)
            }
        }
    }

    @Test("the configuration files are valid")
    func configurations() async throws {
        let files = try Self.text.components(separatedBy: "```yaml\n").dropFirst()
            .compactMap { $0.components(separatedBy: "```").first }
        #expect(files.count == 2)
        try await TemporaryDirectory.run { directory in
            try FileManager.default.createDirectory(atPath: directory.string, withIntermediateDirectories: true)
            for text in files {
                let file = directory.appending("config.yaml")
                try text.write(toFile: file.string, atomically: true, encoding: .utf8)
                let status = try await RunningProgram.run(
                    BuiltProducts.taskdeck, ["--check-config", "--config", file.string]
                ) { program in
                    #expect(await program.output.allAtEnd() == ["1 type"])
                }
                #expect(status == .exited(0))
            }
        }
    }

    @Test("the examples of verbs work as pasted, and every verb is in the table")
    func verbs() async throws {
        let section = try #require(
            try Self.text.components(separatedBy: "## From the shell\n").last?.components(separatedBy: "\n## ").first)
        let example = try #require(
            section.components(separatedBy: "```sh\n").dropFirst().first?.components(separatedBy: "```").first)
        try await Shell.run { shell in
            let result = try await shell.bash("set -euo pipefail; \(example)")
            #expect(result.end == .exited(0), "\(result.errors)")
            #expect(result.output.starts(with: ["building", "done"]))
            #expect(result.output.contains("backed up"))
            #expect(result.output.last?.hasSuffix(" terminated") == true)
            let help = try await shell("--help").output.drop { $0 != "VERBS:" }.dropFirst().prefix { !$0.isEmpty }
            for line in help {
                let verb = line.split(separator: " ").first ?? ""
                #expect(section.contains("| `\(verb)") || section.contains(", `\(verb)"), "\(verb)")
            }
        }
    }

    @Test("the unit file starts the service, and systemd has nothing to say about it")
    func unit() async throws {
        let units = try Self.text.components(separatedBy: "```ini\n").dropFirst()
            .compactMap { $0.components(separatedBy: "```").first }
        #expect(units.count == 1)
        let unit = try #require(units.first)
        let start = try #require(
            unit.split(separator: "\n").first { $0.hasPrefix("ExecStart=") }?.split(separator: "=").last)
        let words = start.split(separator: " ").map(String.init)
        #expect(words.first == "/usr/local/bin/taskdeck")
        try await TemporaryDirectory.run { directory in
            let arguments = words.dropFirst().map { $0.replacing("%S", with: directory.string) }
            let status = try await RunningProgram.run(
                BuiltProducts.taskdeck, arguments + ["--check-config"],
                environment: ["XDG_CONFIG_HOME": directory.string]
            ) { program in
                #expect(await program.output.allAtEnd() == ["0 types"])
            }
            #expect(status == .exited(0))
            let analyzer: FilePath = "/usr/bin/systemd-analyze"
            guard FileManager.default.isExecutableFile(atPath: analyzer.string) else { return }
            try FileManager.default.createDirectory(atPath: directory.string, withIntermediateDirectories: true)
            let file = directory.appending("taskdeck.service")
            try unit.replacing("/usr/local/bin/taskdeck", with: BuiltProducts.taskdeck.string)
                .write(toFile: file.string, atomically: true, encoding: .utf8)
            let verdict = try await RunningProgram.run(analyzer, ["verify", file.string]) { program in
                #expect(await program.errors.allAtEnd().isEmpty)
            }
            #expect(verdict == .exited(0))
        }
    }

    @Test("both commands are one line each, and end as they should")
    func commands() throws {
        let lines = try Self.text.split(separator: "\n")
        #expect(
            lines.filter { $0.hasPrefix("apt-get ") && $0.hasSuffix("&& swift run -c release taskdeck") }.count == 1)
        #expect(lines.filter { $0.hasPrefix("apt-get ") && $0.hasSuffix("&& swift test") }.count == 1)
    }

    @Test("every flag that there is, is in the README")
    func flags() async throws {
        let text = try Self.text
        _ = try await RunningProgram.run(BuiltProducts.taskdeck, ["--help"]) { program in
            let help = await program.output.allAtEnd().prefix { $0 != "VERBS:" }
            let flags = help.compactMap { line in
                line.split(separator: " ").first { $0.hasPrefix("--") }.map { $0.filter { $0 != "," } }
            }
            #expect(flags.count >= 10)
            for flag in flags where line(flag, isIn: text) == false { Issue.record("\(flag) is not in the README") }
        }
    }

    private func line(_ flag: String, isIn text: String) -> Bool {
        text.contains("| `\(flag)`") || text.contains("`, `\(flag)` |")
    }
}
