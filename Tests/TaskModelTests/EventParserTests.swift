import TestSupport
import Testing

@Suite("The parser of event streams that the tests use")
struct EventParserTests {
    private static func parse(_ text: String) -> ([ReceivedEvent], EventParser) {
        var parser = EventParser()
        let events = parser.parse(text.utf8)
        return (events, parser)
    }

    @Test(
        "reads what browsers read",
        arguments: [
            ("data: a\n\n", [ReceivedEvent(name: "message", data: "a", id: "")]),
            ("data:a\ndata: b\n\n", [ReceivedEvent(name: "message", data: "a\nb", id: "")]),
            (
                "id: 1\nevent: x\ndata:  a\n\ndata: b\n\n",
                [
                    ReceivedEvent(name: "x", data: " a", id: "1"), ReceivedEvent(name: "message", data: "b", id: "1"),
                ]
            ),
            ("event: x\n\ndata: unfinished\n", []), (":\n\n", []),
            ("\u{FEFF}data: a\r\n\r\n", [ReceivedEvent(name: "message", data: "a", id: "")]),
        ])
    func events(text: String, events: [ReceivedEvent]) {
        #expect(Self.parse(text).0 == events)
        var parser = EventParser()
        #expect(text.utf8.flatMap { parser.parse([$0]) } == events)
    }

    @Test(
        "records what a server should not send", arguments: ["data: a\rb\n\n", "x: 1\n\n", "id: a\u{0}\n\n", "b\n\n"])
    func violations(text: String) {
        #expect(!Self.parse(text).1.violations.isEmpty)
    }

    @Test("counts comments, and reads the reconnection time")
    func others() {
        let parser = Self.parse(": a\n\nretry: 1000\n\n:\n").1
        #expect(parser.comments == 2)
        #expect(parser.retry == 1000)
        #expect(parser.violations.isEmpty)
    }
}
