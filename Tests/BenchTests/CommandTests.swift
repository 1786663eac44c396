import FoundationEssentials
import Glibc
import Testing

@testable import taskdeck_bench

@Suite("The benchmark's commands")
struct CommandTests {
    @Test("each scenario has its name on the command line", arguments: Scenario.all)
    func scenarios(scenario: Scenario) {
        #expect(Scenario(argument: scenario.name) == scenario)
    }

    @Test("other names are no scenarios", arguments: ["", "command", "Commands", "idle,alone"])
    func otherNames(name: String) {
        #expect(Scenario(argument: name) == nil)
    }

    @Test("a peer runs commands, and a failure is an error", arguments: CommandTarget.Peer.allCases)
    func peers(peer: CommandTarget.Peer) async throws {
        guard CommandTarget.peer(peer).obstacle == nil else { return }
        let directory = FileManager.default.temporaryDirectory.appending(path: "bench-\(UUID().uuidString)").path()
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let runner = try peer.runner(in: directory)
        defer { runner.end() }
        let client = try runner.connect(0)
        for number in 0..<3 {
            let file = "\(directory)/made by command \(number)"
            try client.run(["/usr/bin/touch", file])
            #expect(FileManager.default.fileExists(atPath: file))
        }
        // nq does not report the exit code.
        if peer != .nq { #expect(throws: BenchmarkError.self) { try client.run(["/bin/false"]) } }
    }

    @Test("a command that writes, writes lines of 80 bytes", arguments: [80, 8000, 100_000])
    func output(bytes: Int) throws {
        let pipe = try ClosingPipe()
        let child = try ChildProcess(["/bin/sh", "-c", OutputCommand(bytes: bytes).line], output: pipe.output)
        pipe.closeOutput()
        var count = 0
        while count < bytes {
            let line = pipe.readLine()
            #expect(line.utf8.count == min(79, bytes - count))
            count += line.utf8.count + 1
        }
        #expect(pipe.readLine() == "")
        #expect(child.wait() == 0)
    }

    @Test("exit codes are read, and those of signals are not zero")
    func exitCodes() throws {
        #expect(try ChildProcess(["/bin/sh", "-c", "exit 3"]).wait() == 3)
        #expect(try ChildProcess(["/bin/sh", "-c", "kill -9 $$"]).wait() == -1)
        #expect(try ChildProcess(["sh", "-c", "test \"$NAME\" = value"], adding: ["NAME": "value"]).wait() == 0)
        #expect(throws: BenchmarkError.self) { try ChildProcess(["/no/such/program"]) }
    }

    @Test("rows of several reports are one list in JSON")
    func json() throws {
        var one = Report(targets: ["a"], machine: Machine())
        var other = Report(targets: ["a", "b"], machine: Machine())
        one.add([.create: Distribution([1])], of: "a")
        other.add([.command: Distribution([1])], of: "b")
        let text = Report.json([one, other])
        #expect(text.contains(#""name":"create""#))
        #expect(text.contains(#""name":"command""#))
    }
}
