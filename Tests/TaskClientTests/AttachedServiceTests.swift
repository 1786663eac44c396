import FoundationEssentials
import Glibc
import JSON
import NIOPosix
import SystemPackage
import TaskControl
import TaskModel
import TestSupport
import Testing

@testable import TaskClient

/// What a dashboard in another process reads and requests, over a line that is slow or ends.
@Suite("A service in another process", .timeLimit(.minutes(15)))
struct AttachedServiceTests {
    /// A service, and one that is attached to it over a line.
    private struct Ends: Sendable {
        let service: CommandService
        let attached: AttachedService
        let line: SlowLine
        let events: AsyncStream<AttachedService.Event>
        let changes: AsyncStream<TaskChanges>

        /// Returns once all of these tasks have been reported in these states.
        func wait(for states: [TaskID: TaskState]) async {
            var missing = states
            for await changes in changes {
                for record in changes.changed where missing[record.id] == record.state { missing[record.id] = nil }
                if missing.isEmpty { return }
            }
        }
    }

    private static func run(
        delay: Duration = .zero, rate: Double? = nil, body: @Sendable (Ends) async throws -> Void
    ) async throws {
        try await CommandService.run { service in
            let token = try String(contentsOfFile: service.state.appending("token").string, encoding: .utf8)
            try await SlowLine.run(to: service.service.port, delay: delay, rate: rate) { line in
                let (events, eventQueue) = AsyncStream.makeStream(of: AttachedService.Event.self)
                let (changes, changeQueue) = AsyncStream.makeStream(of: TaskChanges.self)
                let attached = AttachedService(
                    address: try #require(ServiceAddress("127.0.0.1:\(line.port)")),
                    token: AccessToken(token.split(separator: "\n").first ?? ""),
                    timeout: .seconds(30), eventLoops: MultiThreadedEventLoopGroup.singleton
                ) { eventQueue.yield($0) }
                let result = await withTaskGroup(of: Void.self) { group in
                    group.addTask { for await batch in await attached.updates() { changeQueue.yield(batch) } }
                    defer { group.cancelAll() }
                    do {
                        try await body(
                            Ends(service: service, attached: attached, line: line, events: events, changes: changes))
                        return Result<Void, any Error>.success(())
                    } catch {
                        return .failure(error)
                    }
                }
                await attached.close()
                try result.get()
            }
        }
    }

    private static let long: JSONValue = ["items": [1], "delay": 1000]

    @Test("changes go on after the line was cut, also those of the time between")
    func changes() async throws {
        try await Self.run { ends in
            let draft = TaskDraft(type: "process_data", data: Self.long)
            let first = try await ends.attached.submit(draft, key: nil).record.id
            await ends.wait(for: [first: .running])
            ends.line.cut()
            let second = try await ends.service.create(["true"])
            _ = try await ends.service.lastRecord(of: second)
            _ = try await ends.service.control(first, .kill)
            ends.line.mend()
            await ends.wait(for: [first: .killed, second: .completed])
            var losses = 0
            for await event in ends.events {
                if case .lost = event { losses += 1 }
                if case .reached = event, losses > 0 { break }
            }
            #expect(losses > 0)
        }
    }

    @Test("a read waits for the next connection, and a request that changes something does not")
    func interruption() async throws {
        try await Self.run { ends in
            let id = try await ends.service.create(["echo", "hello"])
            await ends.wait(for: [id: .completed])
            ends.line.cut()
            for await event in ends.events { if case .lost = event { break } }
            await #expect(throws: TaskError.self) { try await ends.attached.setQueuePaused(true) }
            async let page = ends.attached.output(of: id, attempt: nil, OutputQuery(.last))
            async let detail = ends.attached.detail(id)
            ends.line.mend()
            #expect(try await page?.lines.map { $0.text.map(\.text).joined() } == ["hello"])
            #expect(try await detail?.record.id == id)
            #expect(try await !ends.attached.queue().isPaused)
        }
    }

    @Test("with a delay of 200 ms and 64 kB a second, tasks, output and log come, and actions have their effect")
    func slowLine() async throws {
        try await Self.run(delay: .milliseconds(100), rate: 64_000) { ends in
            let id = try await ends.service.create(["sh", "-c", "seq 100000; echo last"])
            let task = try await ends.service.create(["sleep", "1000"])
            await ends.wait(for: [id: .completed, task: .running])
            let last = try #require(try await ends.attached.output(of: id, attempt: nil, OutputQuery(.last)))
            #expect(last.lines.count == AttachedService.pageLimit)
            #expect(last.lines.last?.text.first?.text == "last")
            let before = try #require(
                try await ends.attached.output(of: id, attempt: nil, OutputQuery(.before(last.start))))
            #expect(before.lines.last?.text.first?.text == "99801")
            #expect(try await ends.attached.perform(.pause, on: task).state == .paused)
            #expect(try await ends.attached.perform(.kill, on: task).state == .killed)
            await ends.wait(for: [task: .killed])
            #expect(await ends.attached.usage().isEmpty)
            for await records in ends.attached.records() {
                if records.contains(where: { $0.text.contains("\(task) command killed") }) { break }
            }
        }
    }

    @Test("tasks come in parts, what lives first, and the last part is marked")
    func parts() async throws {
        try await Self.run { ends in
            let first = try await ends.attached.submit(TaskDraft(type: "process_data", data: Self.long), key: nil)
                .record
            for _ in 0..<60 {
                let draft = TaskDraft(type: "process_data", data: ["items": [1], "delay": 0])
                _ = try await ends.attached.submit(draft, key: nil)
            }
            var received: [[TaskID]] = []
            for await changes in await ends.attached.updates() {
                received.append(changes.changed.map(\.id))
                if changes.isComplete { break }
            }
            #expect(received.first?.contains(first.id) == true)
            #expect(Set(received.joined()).count == 61)
        }
    }

    @Test("requests of one lane have their order, whichever connection is faster")
    func order() async throws {
        try await Self.run(delay: .milliseconds(5)) { ends in
            _ = try await ends.attached.setQueuePaused(true)
            let id = try await ends.service.create(["true"])
            await withDiscardingTaskGroup { group in
                for priority in 1...10 {
                    group.addImmediateTask { _ = try? await ends.attached.reorder(id, .priority(priority)) }
                }
            }
            #expect(try await ends.attached.task(id)?.options.priority == 10)
        }
    }

    @Test("output is signaled when there is more")
    func signals() async throws {
        try await Self.run { ends in
            let id = try await ends.service.create(["sh", "-c", "echo one; exec sleep 1000"])
            for await _ in await ends.attached.outputSignals(of: id) {
                let page = try await ends.attached.output(of: id, attempt: nil, OutputQuery(.last))
                if page?.lines.isEmpty == false { break }
            }
        }
    }

    @Test("a part of a line is signaled too, and what is read otherwise changes nothing")
    func openLines() async throws {
        try await Self.run { ends in
            let fifo = ends.service.state.appending("fifo").string
            mkfifo(fifo, 0o600)
            let id = try await ends.service.create(["sh", "-c", "printf one; cat '\(fifo)'; exec sleep 1000"])
            var isContinued = false
            for await _ in await ends.attached.outputSignals(of: id) {
                let page = try await ends.attached.output(of: id, attempt: nil, OutputQuery(.last))
                _ = try await ends.attached.output(of: id, attempt: nil, OutputQuery(.last, limit: 5))
                let text = page?.openLines.first?.text.map(\.text).joined()
                if text == "one, two" { break }
                guard text == "one", !isContinued else { continue }
                isContinued = true
                _ = try await ends.service.create(["sh", "-c", "printf ', two' > '\(fifo)'"])
            }
        }
    }
}
