import Glibc
import NIOPosix
import SystemPackage
import TaskControl
import TaskModel
import TaskOutput
import TaskSupervisor
import TestSupport
import Testing

@Suite("The output of programs", .timeLimit(.minutes(15)))
struct OutputFilesTests {
    private static func write(_ text: String, to id: TaskID, attempt: Int = 1, in directory: String) {
        let writer = OutputWriter(OutputLog(directory: directory, task: id, attempt: attempt), limit: 1 << 20)
        let time = OutputTime.now()
        Array(text.utf8).withUnsafeBytes { writer.append($0, from: .standardOutput, at: time) }
        writer.finish(at: time)
    }

    private static func texts(_ page: OutputPage?) -> [String]? {
        page?.lines.map { $0.text.map(\.text).joined() }
    }

    /// Runs `body` with the output of a directory.
    private static func run(
        _ body: (OutputFiles, FakeTaskControl, _ directory: String) async throws -> Void
    ) async throws {
        try await TemporaryDirectory.run { path in
            mkdir(path.string, 0o700)
            let directory = path.appending("logs").string
            let control = FakeTaskControl()
            let outputs = OutputFiles(directory: directory, tasks: control, threads: .singleton)
            let running = Task { await outputs.run() }
            try await body(outputs, control, directory)
            running.cancel()
            await running.value
        }
    }

    @Test("a page is that of the latest attempt with a log, or of the one asked for; without a log there is none")
    func pages() async throws {
        try await Self.run { outputs, control, directory in
            let id = await control.add("command", .running)
            #expect(try await outputs.output(of: id, attempt: nil, OutputQuery(.last)) == nil)
            Self.write("one\ntwo\n", to: id, in: directory)
            let page = try await outputs.output(of: id, attempt: nil, OutputQuery(.last))
            #expect(Self.texts(page) == ["one", "two"])
            #expect(page?.attempt == 1)
            #expect(try await outputs.output(of: id, attempt: 2, OutputQuery(.last)) == nil)
        }
    }

    @Test("signals come at once, with growth, and with the next attempt; they end with the service")
    func signals() async throws {
        try await TemporaryDirectory.run { path in
            mkdir(path.string, 0o700)
            let directory = path.appending("logs").string
            let control = FakeTaskControl()
            let outputs = OutputFiles(directory: directory, tasks: control, threads: .singleton)
            let running = Task { await outputs.run() }
            let id = await control.add("command", .running)
            let other = await control.add("command", .running)
            let signals = await outputs.outputSignals(of: id)
            let (counts, count) = AsyncStream.makeStream(of: Void.self)
            let reading = Task {
                for await _ in signals { count.yield() }
                count.finish()
            }
            var iterator = counts.makeAsyncIterator()
            await iterator.next()
            for attempt in 1...3 {
                Self.write("attempt \(attempt)\n", to: other, attempt: attempt, in: directory)
                Self.write("attempt \(attempt)\n", to: id, attempt: attempt, in: directory)
                await iterator.next()
            }
            running.cancel()
            await running.value
            await reading.value
            let late = await outputs.outputSignals(of: id)
            var lateCount = 0
            for await _ in late { lateCount += 1 }
            #expect(lateCount == 1)
        }
    }
}
