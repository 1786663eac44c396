import HTTPTypes
import HummingbirdTesting
import JSON
import NIOCore
import TaskControl
import TaskModel
import TestSupport
import Testing

@Suite("GET /tasks/{id}/output and POST /shutdown")
struct OutputTests: RouterSuite {
    let control = FakeTaskControl()
    let outputs = FakeTaskOutputs()
    let shutdowns = Counter()
    var shutDown: @Sendable () -> Void { { [shutdowns] in shutdowns.increment() } }

    private func page(_ id: TaskID, _ query: String = "") async throws -> OutputPage {
        let response = try await send(.get, "/tasks/\(id)/output\(query)", isOwner: true)
        #expect(response.status == .ok, "\(String(buffer: response.body))")
        return try JSONCoding.decode(OutputPage.self, from: response.body.readableBytesView)
    }

    private static func texts(_ page: OutputPage) -> [String] {
        page.lines.map { $0.text.map(\.text).joined() }
    }

    @Test("the last lines come first, and those before and after by the cursors of a page")
    func pages() async throws {
        let id = await control.add("command", .running)
        for number in 1...9 { await outputs.write("line \(number)", to: id) }
        await outputs.write("warning", to: id, .standardError)
        let last = try await page(id, "?limit=3&stream=stdout")
        #expect(Self.texts(last) == ["line 7", "line 8", "line 9"])
        #expect(last.hasEarlier)
        let before = try await page(id, "?part=before&cursor=\(last.start)&limit=2&stream=stdout")
        #expect(Self.texts(before) == ["line 5", "line 6"])
        await outputs.write("line 10", to: id)
        #expect(Self.texts(try await page(id, "?part=after&cursor=\(last.end)&stream=stdout")) == ["line 10"])
        #expect(Self.texts(try await page(id, "?part=first&limit=1")) == ["line 1"])
        #expect(Self.texts(try await page(id, "?stream=stderr&attempt=1")) == ["warning"])
    }

    @Test("with what has been reached it waits for more: lines, a part of one, another attempt")
    func waiting() async throws {
        let id = await control.add("command", .running)
        func next(_ known: OutputCursor, _ query: String, write: () async -> Void) async throws -> OutputPage {
            async let answer = page(id, "?wait=\(known)\(query)")
            await write()
            return try await answer
        }
        await outputs.write("one", to: id)
        var reached = try await page(id)
        reached = try await next(reached.reached, "&part=after&cursor=\(reached.end)") {
            await outputs.write("two", to: id, .standardError)
        }
        #expect(Self.texts(reached) == ["two"])
        reached = try await next(reached.reached, "&part=after&cursor=\(reached.end)&limit=1") {
            await outputs.write("thr", to: id, isOpen: true)
        }
        #expect(reached.lines.isEmpty && reached.openLines.count == 1)
        reached = try await next(reached.reached, "&part=after&cursor=\(reached.end)") {
            await outputs.retry(id)
            await outputs.write("again", to: id)
        }
        #expect(!reached.isContinuation)
        // What has been written already is not waited for.
        #expect(Self.texts(try await page(id, "?wait=0.0-0.0")) == ["again"])
    }

    @Test("it waits no longer than the service does")
    func waitingAtTheEnd() async throws {
        let id = await control.add("command", .running)
        await outputs.write("one", to: id)
        let last = try await page(id)
        control.journal.finish()
        #expect(Self.texts(try await page(id, "?wait=\(last.reached)")) == ["one"])
    }

    @Test("it needs full access, and a task that has run a program")
    func refused() async throws {
        let id = await control.add("process_data", .running)
        try expectProblem(try await send(.get, "/tasks/\(id)/output"), 403, "commands_need_token")
        try expectProblem(try await send(.get, "/tasks/\(id)/output", isOwner: true), 404, "no_output")
        try expectProblem(try await send(.get, "/tasks/x/output", isOwner: true), 404, "task_not_found")
        // What will never have any is not waited for.
        let ended = await control.add("process_data", .completed)
        for (id, code) in [("\(ended)", "no_output"), ("01JDEZ8M1VQ3T5B9X7CKPA2RWH", "task_not_found")] {
            try expectProblem(try await send(.get, "/tasks/\(id)/output?wait=0.0-0.0", isOwner: true), 404, code)
        }
    }

    @Test(
        "a parameter that is wrong is 400 and named",
        arguments: [
            ("part=middle", "part must be first, last, before or after, not 'middle'"),
            ("part=after", "part 'after' needs a cursor"), ("cursor=0.0-0.0", "cursor is only for before and after"),
            ("part=after&cursor=x", "cursor must be the start or the end of a page"),
            ("wait=x", "wait must be what an earlier page has reached"),
            ("limit=0", "limit must be a whole number from 1 to 1000"),
            ("limit=1001", "limit must be a whole number from 1 to 1000"),
            ("stream=x", "stream must be stdout or stderr, not 'x'"),
            ("attempt=0", "attempt must be a whole number of at least 1"),
        ])
    func parameters(query: String, detail: String) async throws {
        let id = await control.add("command", .running)
        let response = try await send(.get, "/tasks/\(id)/output?\(query)", isOwner: true)
        try expectProblem(response, 400, "invalid_parameter")
        #expect(try json(response)["detail"] == .string(detail))
    }

    @Test("a shutdown needs full access, and is requested once")
    func shutdown() async throws {
        try expectProblem(try await send(.post, "/shutdown"), 403, "commands_need_token")
        #expect(shutdowns.count == 0)
        let response = try await send(.post, "/shutdown", isOwner: true)
        #expect(response.status == .accepted)
        #expect(String(buffer: response.body) == #"{"status":"shutting_down"}"#)
        #expect(shutdowns.count == 1)
    }
}
