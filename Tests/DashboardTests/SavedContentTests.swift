import JSON
import TaskControl
import TaskModel
import TestSupport
import Testing

@testable import Dashboard

@Suite("Saved files")
struct SavedContentTests {
    private static let report: JSONValue = [
        "format": "markdown", "phases": ["collect", "write"], "report": "# Report\n\nText\n",
    ]

    private static func text(_ value: JSONValue, path: String) -> String {
        String(decoding: SavedContent.result(JSONText(value)).bytes(path: path), as: UTF8.self)
    }

    @Test("a result is saved as indented JSON with the same value")
    func json() throws {
        let text = Self.text(Self.report, path: "result.json")
        #expect(
            text == """
                {
                  "format": "markdown",
                  "phases": [
                    "collect",
                    "write"
                  ],
                  "report": "# Report\\n\\nText\\n"
                }

                """)
        #expect(try JSONParser.parse(Array(text.utf8)) == Self.report)
        #expect(Self.text([:], path: "x") == "{}\n")
        #expect(Self.text(.null, path: "x") == "null\n")
        #expect(Self.text([[], [1, [:]]], path: "x") == "[\n  [],\n  [\n    1,\n    {}\n  ]\n]\n")
    }

    @Test("a name for text saves the one multiline string in a result", arguments: ["r.md", "R.TXT", "/tmp/x.md"])
    func report(path: String) {
        #expect(Self.text(Self.report, path: path) == "# Report\n\nText\n")
        #expect(Self.text(["a": "1\n2", "b": "1\n2"], path: path).hasPrefix("{\n"))
        #expect(Self.text(["a": "one line"], path: path).hasPrefix("{\n"))
    }

    @Test("a result that is a string is saved as text", arguments: ["r.md", "r.json", "r"])
    func textResult(path: String) {
        #expect(Self.text("as\n\u{1B}it is", path: path) == "as\n\u{1B}it is")
    }

    // MARK: - By the session

    /// The result of a save command; other events are discarded.
    private static func save(
        _ text: SavedText, _ control: FakeTaskControl, _ files: FileWriter
    ) async -> DashboardEvent? {
        let (wakes, wake) = AsyncStream.makeStream(of: Void.self)
        let inbox = DashboardInbox(wake: { wake.yield() })
        let log = AsyncStream<[LogRecord]> { $0.finish() }
        let session = DashboardSession(control: control, log: log, inbox: inbox, files: files) { _ in }
        let (commands, queue) = AsyncStream.makeStream(of: DashboardCommand.self)
        queue.yield(.save(text, path: "~/x.json"))
        async let end: Void = session.run(commands)
        var answer: DashboardEvent?
        for await _ in wakes {
            answer = inbox.drain().first { if case .saved = $0 { true } else { false } }
            if answer != nil { break }
        }
        inbox.close()
        queue.finish()
        await end
        return answer
    }

    @Test("the session saves a text or a result and reports the file or the error")
    func session() async throws {
        let control = FakeTaskControl()
        let done = await control.add("generate_report", .completed)
        await control.setResult(JSONText(Self.report), of: done)
        let running = await control.add("generate_report", .running)
        let files = FileWriter { (path, bytes) throws(SaveError) in
            #expect(path == "~/x.json")
            return FileWriter.File(path: "/home/x.json", size: bytes().count)
        }
        let full = FileWriter { (_, _) throws(SaveError) in throw SaveError(reason: "the disk is full") }
        let size = SavedContent.result(JSONText(Self.report)).bytes(path: "~/x.json").count
        for (text, files, path, expected) in [
            (SavedText.text("line\n"), files, "/home/x.json", Result<Int, SaveError>.success(5)),
            (.result(done), files, "/home/x.json", .success(size)),
            (.result(running), files, "~/x.json", .failure(SaveError(reason: "the task has no result"))),
            (.text(""), full, "~/x.json", .failure(SaveError(reason: "the disk is full"))),
        ] {
            guard case .saved(let saved, let result)? = await Self.save(text, control, files) else {
                Issue.record("nothing was reported for \(text)")
                continue
            }
            #expect(saved == path)
            #expect(result == expected)
        }
    }
}
