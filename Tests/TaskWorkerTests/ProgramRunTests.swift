import FoundationEssentials
import Glibc
import JSON
import SystemPackage
import TestSupport
import Testing
import WorkerProtocol

@Suite("A program in a worker", .timeLimit(.minutes(15)))
struct ProgramRunTests {
    /// The last line of a program that needs nothing done to it.
    private func end(_ program: String..., options: [String] = []) async throws -> String {
        try #require(try await ProgramFixture.run(program, options: options).last)
    }

    @Test(
        "The end of the leader is reported as exit code or signal",
        arguments: [
            ("true", "exit code 0"), ("exit 3", "exit code 3"), ("exit 255", "exit code 255"),
            ("kill -TERM $$", "SIGTERM"), ("kill -KILL $$", "SIGKILL"), ("kill -34 $$", "SIGRTMIN"),
        ])
    func ends(script: String, expected: String) async throws {
        #expect(try await end("/bin/sh", "-c", script) == "ended \(expected), left behind 0, remaining 0")
    }

    @Test("A core dump is reported where the system makes one")
    func coreDump() async throws {
        let line = try await end(
            "/bin/sh", "-c", "ulimit -c unlimited; cd /tmp; exec \(BuiltProducts.hardProgram) core")
        #expect(line.hasPrefix("ended SIGABRT"))
    }

    @Test(
        "A program that cannot run is reported with the reason",
        arguments: [
            (["no-such-program"], "cannot run 'no-such-program': no such file"),
            (["/no/such"], "cannot run '/no/such': no such file"), ([""], "cannot run '': no such file"),
            (["/etc/passwd"], "cannot run '/etc/passwd': permission denied"),
            (["/etc"], "cannot run '/etc': a directory"),
            (["--directory", "/no/such", "true"], "cannot run in '/no/such': no such directory"),
            (["--directory", "/etc/passwd", "true"], "cannot run in '/etc/passwd': not a directory"),
        ])
    func failures(arguments: [String], expected: String) async throws {
        let lines = try await ProgramFixture.run(arguments)
        #expect(lines.last == "failed \(expected)")
    }

    @Test("A script without interpreter, and a file that is no program, are reported as such")
    func scripts() async throws {
        try await TemporaryDirectory.run { directory in
            try FileManager.default.createDirectory(atPath: directory.string, withIntermediateDirectories: true)
            for (name, text, expected) in [
                ("script", "#!/no/such/interpreter\n", "no such interpreter as it names"),
                ("text", "hello\n", "not a program"),
            ] {
                let path = directory.appending(name).string
                try Data(text.utf8).write(to: URL(filePath: path))
                chmod(path, 0o755)
                #expect(try await end(path) == "failed cannot run '\(path)': \(expected)")
            }
        }
    }

    @Test("A program leads a session of its own, and has the descriptors 0 to 3 only")
    func descriptors() async throws {
        let lines = try await ProgramFixture.run([BuiltProducts.hardProgram.string, "descriptors"])
        #expect(lines.contains("output 0 1 2 3 "))
        let words = try #require(lines.first { $0.hasPrefix("forked ") }).split(separator: " ")
        #expect(words.count == 4 && words[1] == words[3])
    }

    @Test("Signals have their defaults, none is blocked, and the file mode mask is 022")
    func signals() async throws {
        let lines = try await ProgramFixture.run([
            "/bin/sh", "-c", "cat /proc/self/status; umask; pwd",
        ])
        for name in ["SigBlk", "SigIgn", "SigCgt"] { #expect(lines.contains("output \(name):\t0000000000000000")) }
        #expect(lines.contains { $0.hasSuffix("022") })
        #expect(lines.contains("output /"))
    }

    @Test("Standard input is the text, or empty; descriptor 3 is for progress", arguments: [nil, "two\nlines"])
    func input(text: String?) async throws {
        let lines = try await ProgramFixture.run(
            ["/bin/sh", "-c", "echo $(wc -c); echo $TASKDECK_PROGRESS_FD >&3; echo oops >&2"],
            options: text.map { ["--input", $0] } ?? [])
        #expect(lines.contains("output \(text?.utf8.count ?? 0)"))
        #expect(lines.contains("progress 3"))
        #expect(lines.contains("error oops"))
    }

    @Test("The program is reported before it runs, and the last event is its end")
    func order() async throws {
        let lines = try await ProgramFixture.run(["echo", "hello"])
        let update = try JSONCoding.decode(WorkerUpdate.self, from: try #require(lines.first).utf8)
        guard case .program(.started(let process)) = update else {
            Issue.record("the first line is no report of the start: \(update)")
            return
        }
        #expect(lines.contains("forked \(process.pid) \(process.startTime) \(process.session)"))
        #expect(lines.contains("output hello") || lines.last?.hasPrefix("ended") == true)
    }

    @Test("What the leader has left running is ended and counted", arguments: [[], ["--no-group"], ["--scan"]])
    func leftBehind(options: [String]) async throws {
        let lines = try await ProgramFixture.run([BuiltProducts.hardProgram.string, "leave"], options: options)
        #expect(lines.last == "ended exit code 3, left behind 3, remaining 0")
    }

    @Test("What ignores the stop signal is killed when the leader has ended")
    func stubborn() async throws {
        let lines = try await ProgramFixture.run(["/bin/sh", "-c", "trap '' TERM; sleep 6000 & exit 0"])
        #expect(lines.last == "ended exit code 0, left behind 1, remaining 0")
    }

    @Test("The stop signal is the program's own")
    func stopSignal() async throws {
        let lines = try await ProgramFixture.run(
            ["/bin/sh", "-c", "trap 'exit 7' INT; echo ready; while :; do sleep 0.01; done"],
            options: ["--signal", "SIGINT"]
        ) { fixture in
            try await fixture.worker.output.line(with: "ready")
            try await fixture.worker.write(line: "stop")
        }
        #expect(lines.last?.hasPrefix("ended exit code 7,") == true)
    }

    @Test("A stop of the leader by another process is reported, and that it continues")
    func stoppedByOthers() async throws {
        try await ProgramFixture.run(["sleep", "600"]) { fixture in
            let leader = try await fixture.leader()
            for round in 1...2 {
                kill(leader, SIGSTOP)
                try await fixture.worker.output.line(round, with: "stopped")
                kill(leader, SIGCONT)
                try await fixture.worker.output.line(round, with: "continued")
            }
            // Its own are not reported.
            try await fixture.pause()
            try await fixture.resume()
            try await fixture.pause()
            #expect(await fixture.worker.output.all.count { $0 == "stopped" || $0 == "continued" } == 4)
            kill(leader, SIGCONT)
            try await fixture.worker.output.line(3, with: "continued")
            try await fixture.worker.write(line: "kill")
        }
    }

    @Test("A program that was stopped by another process can be paused, resumed and stopped")
    func stoppedAndPaused() async throws {
        try await ProgramFixture.run(["sleep", "600"]) { fixture in
            let leader = try await fixture.leader()
            kill(leader, SIGSTOP)
            try await fixture.worker.output.line(with: "stopped")
            try await fixture.pause()
            try await fixture.resume()
            try await fixture.worker.output.line(with: "continued")
            kill(leader, SIGSTOP)
            try await fixture.worker.output.line(2, with: "stopped")
            try await fixture.worker.write(line: "stop")
            try await fixture.worker.output.line(with: "ended SIGTERM, left behind 0, remaining 0")
        }
    }
}
