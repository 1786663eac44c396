import Glibc
import JSON
import SystemPackage
import TaskModel
import TestSupport
import Testing

@Suite("The output of programs that are run from the shell", .timeLimit(.minutes(15)))
struct ShellOutputTests {
    @Test("output is the program's, byte by byte")
    func bytes() async throws {
        try await Shell.run { shell in
            let script = #"printf 'a\033[31mb\000\377\rc\n%0100000d\n' 7"#
            let result = try await shell.bash(
                "diff <(taskdeck run -- bash -c '\(script.replacing("'", with: "'\\''"))') <(\(script)) && echo same")
            #expect(result.output == ["same"], "\(result.errors)")
        }
    }

    @Test("a program that writes faster than its output is read waits, and all of it is printed")
    func slowReader() async throws {
        try await Shell.run(["--log-limit", "64k"]) { shell in
            _ = try await shell("queue", "pause")
            let reader = #"(while read -r line; do echo "$line"; done)"#
            async let comparison = shell.bash(
                "diff <(taskdeck run -- seq 100000 | \(reader) | cksum) <(seq 100000 | cksum) && echo same")
            // It follows the task before that starts, which shows in the file that it holds.
            while TemporaryDirectory.names(in: shell.state.appending("logs")).isEmpty { await Task.yield() }
            _ = try await shell("queue", "resume")
            let result = try await comparison
            #expect(result.output == ["same"])
            #expect(result.errors == [])
        }
    }

    @Test("run reports how much of the output was dropped before it could follow")
    func droppedOutput() async throws {
        try await Shell.run(["--log-limit", "64k"]) { shell in
            let options = ["--token-file", shell.state.appending("token").string, "--", "seq", "100000"]
            // Long enough for the program to have begun.
            try await SlowLine.run(to: shell.service.port, delay: .seconds(2)) { line in
                let end = try await RunningProgram.run(
                    BuiltProducts.taskdeck, ["run", "--url", "http://127.0.0.1:\(line.port)"] + options,
                    environment: shell.environment()
                ) { run in
                    // Before the line lets the request for the output through, the program has ended.
                    try await run.errors.line(with: "of the output were dropped")
                }
                #expect(end == .exited(0))
            }
        }
    }

    @Test("the output is printed of a program that ended before anything was asked about it")
    func lateRequest() async throws {
        try await Shell.run { shell in
            let options = ["--token-file", shell.state.appending("token").string, "--", "echo", "short"]
            try await SlowLine.run(to: shell.service.port, delay: .milliseconds(100)) { line in
                let result = try await Shell.result(
                    of: BuiltProducts.taskdeck, ["run", "--url", "http://127.0.0.1:\(line.port)"] + options,
                    shell.environment())
                #expect(result.end == .exited(0))
                #expect(result.output == ["short"])
                #expect(result.errors == [])
            }
        }
    }

    @Test("signals end run while standard output accepts nothing")
    func blockedOutput() async throws {
        try await Shell.run { shell in
            let script = """
                mkfifo pipe; exec 3<> pipe
                '\(BuiltProducts.taskdeck)' run -- yes >&3 &
                head -c 1 <&3 > /dev/null; kill -TERM $!; wait $!; echo $?
                taskdeck kill --all > /dev/null
                """
            let result = try await shell.bash("cd '\(shell.state)'; \(script)")
            #expect(result.output == ["143"])
            #expect(result.errors.count == 1)
            #expect(result.errors.first?.contains(" goes on; 'taskdeck logs -f ") == true)
        }
    }

    @Test("a program that is stopped ends gracefully while nothing can be printed of what it writes at its end")
    func stopWithBlockedOutput() async throws {
        try await Shell.run(["--log-limit", "64k"]) { shell in
            let script = """
                mkfifo pipe; exec 3<> pipe
                '\(BuiltProducts.taskdeck)' run -- bash -c 'trap "seq 100000; exit" TERM; echo; sleep 600 & wait' >&3 &
                head -c 1 <&3 > /dev/null; taskdeck stop --all | cut -d ' ' -f 2
                kill -TERM $!; wait $!
                """
            let result = try await shell.bash("cd '\(shell.state)'; \(script)")
            #expect(result.output == ["terminated"], "\(result.errors)")
        }
    }

    @Test("a pipe that another program has made nonblocking receives all of the output")
    func nonblockingOutput() async throws {
        try await Shell.run { shell in
            let nonblocking = "perl -MFcntl -e 'fcntl(STDOUT, F_SETFL, O_NONBLOCK); exec @ARGV'"
            let reader = "(read -r; taskdeck wait --all >/dev/null 2>&1; cat)"
            let result = try await shell.bash(
                "\(nonblocking) '\(BuiltProducts.taskdeck)' run -- seq 300000 | \(reader) | tail -n 1")
            #expect(result.output == ["300000"])
            #expect(result.errors == [])
        }
    }

    @Test("run whose reader has gone prints the id of its task")
    func goneReader() async throws {
        try await Shell.run { shell in
            let result = try await shell.bash("taskdeck run -- yes | head -n 1")
            #expect(result.output == ["y"])
            #expect(result.errors.count == 1)
            #expect(result.errors.first?.contains(" goes on; 'taskdeck logs -f ") == true)
            #expect(try await shell("kill", "--all").isSuccess)
        }
    }
}
