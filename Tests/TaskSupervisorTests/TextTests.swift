import JSON
import TaskModel
import Testing
import WorkerProtocol

@testable import TaskSupervisor

@Suite("Lines and logs")
struct TextTests {
    @Test("bytes are cut into lines however they arrive", arguments: 1...7)
    func lines(chunk: Int) {
        var splitter = LineSplitter(limit: 100)
        let bytes = Array("one\n\nthrée\nrest".utf8)
        var pieces: [LineSplitter.Piece] = []
        for start in stride(from: 0, to: bytes.count, by: chunk) {
            pieces += splitter.feed(bytes[start..<min(start + chunk, bytes.count)])
        }
        #expect(pieces == [.line("one"), .line(""), .line("thrée")])
        #expect(splitter.finish() == "rest")
        #expect(splitter.finish() == nil)
    }

    @Test("a line beyond the limit is reported as such, and the next one is complete again")
    func overlong() {
        var splitter = LineSplitter(limit: 3)
        #expect(
            splitter.feed(Array("abc\nabcd\nx\n".utf8)) == [.line("abc"), .overlong("abcd"), .line(""), .line("x")])
    }

    @Test(
        "text from outside cannot steer a terminal",
        arguments: [
            ("plain ü 😀", "plain ü 😀"), ("\u{1B}[31mred", "\\u{1B}[31mred"), ("a\nb\r", "a\\u{A}b\\u{D}"),
            ("\u{7F}\u{9B}", "\\u{7F}\\u{9B}"), ("\u{202E}abc", "\\u{202E}abc"),
        ])
    func visible(text: String, expected: String) {
        #expect(PlainText.visible(text) == expected)
    }

    @Test("only the last lines of a log are kept")
    func tail() {
        var tail = LogTail()
        for number in 0..<1000 { tail.append("\(number)") }
        #expect(tail.lines.count == 200)
        #expect(tail.lines.first == "800")
        #expect(tail.lines.last == "999")
    }
}
