import Glibc
import NIOConcurrencyHelpers
import TaskModel
import TaskOutput
import Testing

@testable import TaskWorker

@Suite("The pump of a program's output")
struct OutputPumpTests {
    /// A pump with the ends to write of its pipes, and what it reports.
    fileprivate final class Fixture {
        let log: OutputLog
        let pump: OutputPump
        let output: CInt
        let errors: CInt
        let progress: CInt
        let reports = NIOLockedValueBox<[OutputReport]>([])
        let directory: String

        /// - Parameter isReading: whether the pump reads before its end.
        init(_ rule: ProgressRule = .automatic, limit: Int = 1 << 20, isReading: Bool = true) throws {
            var template = Array("/tmp/taskdeck-pump-XXXXXX".utf8CString)
            directory = try template.withUnsafeMutableBufferPointer {
                String(cString: try #require($0.baseAddress.flatMap { mkdtemp($0) }))
            }
            log = OutputLog(path: directory + "/a.1.log")
            var pipes: [[CInt]] = []
            for _ in 0..<3 {
                var ends: [CInt] = [-1, -1]
                try #require(pipe(&ends) == 0)
                for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
                pipes.append(ends)
            }
            (output, errors, progress) = (pipes[0][1], pipes[1][1], pipes[2][1])
            pump = OutputPump(
                OutputPump.Pipes(output: pipes[0][0], errors: pipes[1][0], progress: pipes[2][0]), to: log,
                limit: limit, progress: rule
            ) { [reports] report in reports.withLockedValue { $0.append(report) } }
            if isReading { try pump.start() }
        }

        deinit {
            log.remove()
            rmdir(directory)
        }

        func write(_ text: String, to pipe: CInt) {
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { Glibc.write(pipe, $0.baseAddress, $0.count) }
                if count > 0 { rest = rest.dropFirst(count) }
            }
        }

        func closeAll() { for pipe in [output, errors, progress] { close(pipe) } }

        /// Writes everything, ends, and returns what there was.
        func run(output: String = "", errors: String = "", progress: String = "") -> OutputSummary {
            write(output, to: self.output)
            write(errors, to: self.errors)
            write(progress, to: self.progress)
            closeAll()
            return pump.finish()
        }

        func text(_ selection: OutputSelection = OutputSelection(.raw)) throws -> String {
            let reader = try OutputReader(log, selection)
            var bytes: [UInt8] = []
            while case .bytes(let next) = try reader.next() { bytes += next }
            return String(decoding: bytes, as: UTF8.self)
        }

        var found: [TaskProgress] {
            reports.withLockedValue { reports in
                reports.compactMap { report in
                    if case .progress(let progress) = report { progress } else { nil }
                }
            }
        }
    }

    @Test("a program that is to end does not wait for a reader that holds its log", arguments: [true, false])
    func stopWaiting(beginsEarly: Bool) throws {
        let fixture = try Fixture(limit: OutputWriter.minimumLimit, isReading: false)
        let reader = try OutputReader(fixture.log, OutputSelection(.raw), follow: true, holds: true)
        if beginsEarly { fixture.pump.stopWaiting() }
        try fixture.pump.start()
        let lines = { String(repeating: "\(String(repeating: "y", count: 99))\n", count: $0) }
        if !beginsEarly {
            // The pump waits before it has read half of that, and the pipe has room for the rest.
            fixture.write(lines(1000), to: fixture.output)
            fixture.pump.stopWaiting()
        }
        #expect(fixture.run(output: lines(10_000)).output.truncated)
        withExtendedLifetime(reader) {}
    }

    @Test("both streams are in the log, with their counts and the last line", arguments: [true, false])
    func streams(isReading: Bool) throws {
        let fixture = try Fixture(isReading: isReading)
        let summary = fixture.run(output: "one\ntwo\n", errors: "it failed: no such file\n\n  \n")
        #expect(summary.output == ProgramOutput(bytes: 36, lines: 5))
        #expect(summary.lastLine == "it failed: no such file")
        #expect(try fixture.text(OutputSelection(.raw, stream: .standardOutput)) == "one\ntwo\n")
        #expect(try fixture.text(OutputSelection(.raw, stream: .standardError)) == "it failed: no such file\n\n  \n")
        #expect(fixture.reports.withLockedValue { $0.last } == .output(summary.output))
    }

    @Test("a program without output has no log", arguments: [true, false])
    func nothing(isReading: Bool) throws {
        let fixture = try Fixture(isReading: isReading)
        #expect(fixture.run() == OutputSummary())
        #expect(!fixture.log.exists && fixture.reports.withLockedValue(\.isEmpty))
    }

    @Test("what is in a pipe at the end is read, also when a process that has escaped still has the pipe")
    func leftover() throws {
        let fixture = try Fixture()
        let copy = dup(fixture.output)
        defer { close(copy) }
        fixture.write(String(repeating: "x\n", count: 20_000), to: fixture.output)
        fixture.write("the last words", to: fixture.output)
        fixture.closeAll()
        let summary = fixture.pump.finish()
        #expect(summary.output == ProgramOutput(bytes: 40_014, lines: 20_001))
        #expect(summary.lastLine == "the last words")
        #expect(try fixture.text().hasSuffix("x\nthe last words"))
    }

    @Test("a process that has escaped and writes without end is not waited for")
    func escaped() async throws {
        let fixture = try Fixture()
        let copy = dup(fixture.output)
        // Not of the pool: writing blocks. A pipe without reader is an error here, not a signal.
        signal(SIGPIPE, SIG_IGN)
        let writing = try WorkerThread {
            let bytes = [UInt8](repeating: UInt8(ascii: "y"), count: 65_536)
            while bytes.withUnsafeBytes({ Glibc.write(copy, $0.baseAddress, $0.count) }) > 0 {}
        }
        fixture.closeAll()
        let summary = fixture.pump.finish()
        writing.join()
        close(copy)
        #expect(summary.output.lines <= 1)
    }

    @Test("a line can be read at once, and part of one soon")
    func live() throws {
        let fixture = try Fixture()
        let changes = try OutputChanges(directory: fixture.directory)
        changes.follow(fixture.log)
        let reader = try OutputReader(fixture.log, OutputSelection(.raw), follow: true)
        for text in ["line\n", "Continue? ", "yes\n"] {
            fixture.write(text, to: fixture.output)
            var step = try reader.next()
            while step == .wait {
                #expect(changes.wait() == [fixture.log])
                step = try reader.next()
            }
            #expect(step == .bytes(Array(text.utf8)))
        }
        fixture.closeAll()
        #expect(fixture.pump.finish().output == ProgramOutput(bytes: 19, lines: 2))
    }

    @Test("ten megabytes through a log of 64 KiB leave its end")
    func much() throws {
        let fixture = try Fixture(limit: OutputWriter.minimumLimit)
        let lines = (0..<1_000_000).map { "\($0)\n" }.joined()
        let summary = fixture.run(output: lines)
        #expect(summary.output == ProgramOutput(bytes: lines.utf8.count, lines: 1_000_000, truncated: true))
        #expect(summary.lastLine == "999999")
        let text = try fixture.text()
        #expect(lines.hasSuffix(text) && !text.isEmpty)
    }

    @Test("progress comes from the descriptor for it, and the first invalid line is reported")
    func descriptor() throws {
        let fixture = try Fixture()
        let summary = fixture.run(
            output: "99%\n",
            progress: """
                {"done": 1, "total": 4}

                {"done": 5, "total": 4}
                nonsense
                {"done": 3, "total": 4, "step": "enc\\u001bode", "more": [1]}
                \(String(repeating: "x", count: 10_000))
                """)
        #expect(summary.lastLine == "99%")
        #expect(fixture.found.last == TaskProgress(done: 3, total: 4, step: "enc ode"))
        let invalid = fixture.reports.withLockedValue { reports in
            reports.filter { if case .invalidProgress = $0 { true } else { false } }
        }
        #expect(invalid == [.invalidProgress("{\"done\": 5, \"total\": 4}")])
    }

    @Test(
        "progress is found in the output",
        arguments: [
            (ProgressRule.automatic, "10%\r20%\r30%", TaskProgress(done: 30, total: 100)),
            (.automatic, "[1/7] a\n[2/7] b\nmore\n", TaskProgress(done: 2, total: 7)),
            (.pattern("frame (\\d+) of (\\d+)"), "frame 1 of 9\rframe 2 of 9\r", TaskProgress(done: 2, total: 9)),
            (.none, "50%\n", nil), (.pattern("(\\d+) percent"), "50%\n", nil),
        ] as [(ProgressRule, String, TaskProgress?)])
    func search(rule: ProgressRule, output: String, progress: TaskProgress?) throws {
        let fixture = try Fixture(rule)
        _ = fixture.run(output: output)
        #expect(fixture.found.last == progress)
    }

    @Test("progress is reported at most 20 times a second, and the last one always")
    func pace() throws {
        let fixture = try Fixture()
        let clock = ContinuousClock()
        let start = clock.now
        for number in 0...20_000 { fixture.write("\(number)/20000\n", to: fixture.output) }
        fixture.closeAll()
        let summary = fixture.pump.finish()
        let seconds = Double((clock.now - start).wholeMilliseconds) / 1000
        #expect(fixture.found.last == TaskProgress(done: 20_000, total: 20_000))
        #expect(Double(fixture.found.count) <= seconds * 20 + 2)
        let outputs = fixture.reports.withLockedValue { reports in
            reports.filter { if case .output = $0 { true } else { false } }
        }
        #expect(outputs.last == .output(summary.output) && Double(outputs.count) <= seconds + 2)
    }
}
