import TaskClient
import TestSupport
import Testing

@Suite("The parser of event streams")
struct EventStreamParserTests {
    /// The events of a stream that arrives in pieces of some length.
    private static func events(_ text: String, pieces: Int = .max) -> [String] {
        var parser = EventStreamParser()
        var rest = Array(text.utf8)[...]
        var events: [ServiceEvent] = []
        while !rest.isEmpty {
            events += parser.parse(rest.prefix(pieces))
            rest = rest.dropFirst(pieces)
        }
        return events.map { "\($0.name)|\($0.id ?? "-")|\(String(decoding: $0.data, as: UTF8.self))" }
    }

    @Test(
        "events are parsed as HTML, 9.2.6, defines them",
        arguments: [
            ("data: a\n\n", ["message|-|a"]),
            ("event: task\nid: x-1\ndata: {}\n\n", ["task|x-1|{}"]),
            ("data: a\ndata:b\ndata:  c\n\n", ["message|-|a\nb\n c"]),
            (": comment\n\ndata\n\n", ["message|-|"]),
            ("id: 1\ndata: a\n\ndata: b\n\n", ["message|1|a", "message|1|b"]),
            ("id: 1\ndata: a\n\nid\ndata: b\n\n", ["message|1|a", "message|-|b"]),
            ("id: a\0b\ndata: c\n\n", ["message|-|c"]),
            ("event: x\n\ndata: a\n\n", ["message|-|a"]),
            ("data: a\r\rdata: b\r\n\r\ndata: c\n\r", ["message|-|a", "message|-|b", "message|-|c"]),
            ("\u{FEFF}data: a\n\n", ["message|-|a"]),
            ("retry: 1000\n\nother: x\ndata: a\n\n", ["message|-|a"]),
            ("data: unfinished\n", []),
        ] as [(String, [String])])
    func rules(text: String, expected: [String]) {
        for pieces in [1, 2, 3, Int.max] { #expect(Self.events(text, pieces: pieces) == expected) }
    }
}
