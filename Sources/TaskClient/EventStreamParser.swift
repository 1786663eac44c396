import JSON

/// A parser of `text/event-stream` (HTML, 9.2.6), fed with any pieces of it.
package struct EventStreamParser: Sendable {
    /// The bytes of a line that has not ended.
    private var line: [UInt8] = []
    /// Whether the last byte was a carriage return, after which a line feed belongs to the same end of a line.
    private var endsWithReturn = false
    private var isFirstLine = true
    private var name: [UInt8] = []
    private var data: [UInt8] = []
    private var hasData = false
    private var id: String?

    package init() {}

    /// Parses the next bytes and returns the events that end in them.
    package mutating func parse(_ bytes: some Sequence<UInt8>) -> [ServiceEvent] {
        var events: [ServiceEvent] = []
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\n") where endsWithReturn: endsWithReturn = false
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                endsWithReturn = byte == UInt8(ascii: "\r")
                if let event = endLine() { events.append(event) }
            default:
                endsWithReturn = false
                line.append(byte)
            }
        }
        return events
    }

    private mutating func endLine() -> ServiceEvent? {
        defer { line.removeAll(keepingCapacity: true) }
        if isFirstLine {
            isFirstLine = false
            if line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        }
        guard !line.isEmpty else { return dispatch() }
        let colon = line.firstIndex(of: UInt8(ascii: ":"))
        // A comment.
        guard colon != 0 else { return nil }
        var value = colon.map { line[($0 + 1)...] } ?? []
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        handle(line[..<(colon ?? line.count)], value)
        return nil
    }

    private mutating func handle(_ field: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) {
        if field.elementsEqual("event".utf8) {
            name = Array(value)
        } else if field.elementsEqual("data".utf8) {
            if hasData { data.append(UInt8(ascii: "\n")) }
            data.append(contentsOf: value)
            hasData = true
        } else if field.elementsEqual("id".utf8), !value.contains(0) {
            id = value.isEmpty ? nil : String(decoding: value, as: UTF8.self)
        }
    }

    private mutating func dispatch() -> ServiceEvent? {
        defer { (name, data, hasData) = ([], [], false) }
        guard hasData else { return nil }
        return ServiceEvent(
            name: name.isEmpty ? "message" : String(decoding: name, as: UTF8.self), id: id, data: data)
    }
}
