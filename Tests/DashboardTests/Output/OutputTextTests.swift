import TaskControl
import TaskModel
import TestSupport
import Testing

@testable import Dashboard

@Suite("The text of an output")
struct OutputTextTests {
    private static let id = DashboardScript.id(1)

    private static func line(_ text: String, _ stream: ProgramStream, continued: Bool) -> OutputLine {
        let place = OutputPlace(file: 1, offset: 0)
        var line = TerminalLine()
        Array(text.utf8).withUnsafeBytes { line.append($0) }
        return OutputLine(stream, line.endStyled(), isContinued: continued, start: place, end: place)
    }

    @Test("pieces of long lines are joined, also between lines of the other stream")
    func pieces() {
        var text = OutputText(limit: 100)
        text.append([
            Self.line("long ", .standardOutput, continued: true),
            Self.line("\u{1B}[31merror", .standardError, continued: false),
            Self.line("line", .standardOutput, continued: false), Self.line("begun ", .standardOutput, continued: true),
        ])
        text.finish([Self.line("unfinished", .standardOutput, continued: false)])
        #expect(text.text == "error\nlong line\nbegun unfinished\n")
        #expect(!text.isTooLong)
    }

    @Test("a text has at most its limit", arguments: [(8, false), (7, true), (4, true)])
    func limit(bytes: Int, isTooLong: Bool) {
        var text = OutputText(limit: bytes)
        text.append([
            Self.line("one", .standardOutput, continued: false), Self.line("two", .standardOutput, continued: false),
        ])
        #expect(text.isTooLong == isTooLong)
        #expect(text.text == (isTooLong ? "one\n" : "one\ntwo\n"))
    }

    @Test("is read page by page, in one stream or both")
    func reading() async throws {
        let outputs = FakeTaskOutputs()
        for number in 0..<2500 { await outputs.write("line \(number)", to: Self.id) }
        await outputs.write("error", to: Self.id, .standardError)
        await outputs.write("end", to: Self.id, isOpen: true)
        let reader = OutputTextReader(outputs)
        let lines = (0..<2500).map { "line \($0)\n" }.joined()
        #expect(try await reader.text(of: Self.id, nil, limit: 1 << 20)?.text == lines + "error\nend\n")
        #expect(await outputs.queries.count == 3)
        #expect(try await reader.text(of: Self.id, .standardError, limit: 1 << 20)?.text == "error\n")
        #expect(try await reader.text(of: Self.id, nil, limit: 100)?.isTooLong == true)
        #expect(try await reader.text(of: DashboardScript.id(2), nil, limit: 100) == nil)
    }
}
