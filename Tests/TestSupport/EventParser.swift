package import JSON

/// An event of a stream.
package struct ReceivedEvent: Sendable, Hashable {
    package let name: String
    package let data: String
    /// The last id of the stream when it came.
    package let id: String

    package init(name: String, data: String, id: String) {
        self.name = name
        self.data = data
        self.id = id
    }

    /// The data as JSON; `null` when it is none.
    package var json: JSONValue { (try? JSONCoding.decode(JSONValue.self, from: data.utf8)) ?? .null }
}

/// Reads `text/event-stream` as browsers do (HTML, 9.2.6), and records what a server should not send.
package struct EventParser {
    private var line: [UInt8] = []
    private var endsWithCR = false
    private var isAtStart = true
    private var name = ""
    private var data: String?
    private var id = ""
    /// The number of comments.
    package private(set) var comments = 0
    /// The reconnection time in milliseconds; `nil` if there is none.
    package private(set) var retry: Int?
    /// What is allowed and means nothing, or is ambiguous.
    package private(set) var violations: [String] = []

    package init() {}

    /// Parses the next bytes, wherever they begin and end.
    package mutating func parse(_ bytes: some Sequence<UInt8>) -> [ReceivedEvent] {
        var events: [ReceivedEvent] = []
        for byte in bytes {
            defer { endsWithCR = byte == 0x0D }
            if byte == 0x0A, endsWithCR { continue }
            guard byte == 0x0A || byte == 0x0D else {
                line.append(byte)
                continue
            }
            if byte == 0x0D { violations.append("a line ends with CR") }
            if let event = endLine() { events.append(event) }
        }
        return events
    }

    private mutating func endLine() -> ReceivedEvent? {
        if isAtStart, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        isAtStart = false
        guard let text = String(validating: line, as: UTF8.self) else {
            violations.append("a line is not UTF-8")
            line = []
            return nil
        }
        line = []
        if text.isEmpty { return dispatch() }
        if text.hasPrefix(":") {
            comments += 1
            return nil
        }
        let colon = text.utf8.firstIndex(of: UInt8(ascii: ":"))
        var value = colon.map { text[text.index(after: $0)...] } ?? ""
        if value.hasPrefix(" ") { value.removeFirst() }
        apply(String(text[..<(colon ?? text.endIndex)]), String(value))
        return nil
    }

    private mutating func apply(_ field: String, _ value: String) {
        if value.utf8.contains(0) { violations.append("\(field) contains NUL") }
        switch field {
        case "event": name = value
        case "data": data = data.map { $0 + "\n" + value } ?? value
        case "id" where !value.utf8.contains(0): id = value
        case "retry": retry = Int(value)
        default: violations.append("'\(field)' is no field")
        }
    }

    private mutating func dispatch() -> ReceivedEvent? {
        defer { (name, data) = ("", nil) }
        guard let data, !data.isEmpty else {
            if !name.isEmpty { violations.append("'\(name)' has no data") }
            return nil
        }
        return ReceivedEvent(name: name.isEmpty ? "message" : name, data: data, id: id)
    }
}
