/// A value with one way to be written as JSON.
package protocol JSONWritable {
    /// Writes the value.
    func write(to json: inout JSONWriter)
}

/// Writes JSON: what the API, the pipe and the workers' HTTP servers send.
///
/// Writes each value as it comes, without a tree of it before. Foundation's encoder, which makes one, takes
/// some 40 µs for a task's record, of which lists have thousands, and costs a worker a third of its start.
package struct JSONWriter {
    /// What has been written.
    @usableFromInline package internal(set) var bytes: [UInt8] = []
    @usableFromInline var needsComma = false

    package init() {
        // Room for most records: growing to it from nothing moves what is there six times.
        bytes.reserveCapacity(1024)
    }

    /// Writes an object; `content` writes its members.
    @inlinable package mutating func object(_ content: (inout JSONWriter) -> Void) {
        open(UInt8(ascii: "{"))
        content(&self)
        close(UInt8(ascii: "}"))
    }

    /// Writes an array of values.
    @inlinable package mutating func array(_ values: some Sequence<some JSONWritable>) {
        open(UInt8(ascii: "["))
        for value in values {
            separate()
            value.write(to: &self)
            needsComma = true
        }
        close(UInt8(ascii: "]"))
    }

    /// Writes a member whose name needs no escapes.
    @inlinable package mutating func member(_ name: StaticString, _ value: some JSONWritable) {
        self.name(name)
        value.write(to: &self)
        needsComma = true
    }

    /// Writes a member, as `null` when there is no value: clients need not tell missing from unknown.
    @inlinable package mutating func member(_ name: StaticString, _ value: (some JSONWritable)?) {
        self.name(name)
        if let value { value.write(to: &self) } else { null() }
        needsComma = true
    }

    /// Writes a member that is an array.
    @inlinable package mutating func member(_ name: StaticString, _ values: [some JSONWritable]) {
        self.name(name)
        array(values)
    }

    // MARK: - Values

    package mutating func null() { append("null") }
    package mutating func bool(_ value: Bool) { append(value ? "true" : "false") }

    @inlinable package mutating func integer(_ value: some FixedWidthInteger) {
        value.withDecimalDigits { bytes.append(contentsOf: $0) }
    }

    /// Writes a number, `null` for one that JSON does not have.
    package mutating func number(_ value: Double) {
        guard value.isFinite else { return null() }
        var text = value.description
        if text.hasByteSuffix(".0") { text.removeLast(2) }
        bytes.append(contentsOf: text.utf8)
    }

    /// Writes a number that is its digits.
    fileprivate mutating func digits(_ digits: String) { bytes.append(contentsOf: digits.utf8) }

    /// Writes one value that is JSON already.
    package mutating func text(_ json: [UInt8]) { bytes.append(contentsOf: json) }

    package mutating func string(_ text: String) {
        var text = text
        bytes.append(UInt8(ascii: "\""))
        text.withUTF8 { characters in
            var start = 0
            for (index, byte) in characters.enumerated() where byte < 0x20 || byte == 0x22 || byte == 0x5C {
                bytes.append(contentsOf: characters[start..<index])
                escape(byte)
                start = index + 1
            }
            bytes.append(contentsOf: characters[start...])
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case 0x22: append("\\\"")
        case 0x5C: append("\\\\")
        case 0x08: append("\\b")
        case 0x09: append("\\t")
        case 0x0A: append("\\n")
        case 0x0C: append("\\f")
        case 0x0D: append("\\r")
        default:
            append("\\u00")
            bytes.append(byte < 0x10 ? UInt8(ascii: "0") : UInt8(ascii: "1"))
            let digit = byte & 0xF
            bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }

    // MARK: - Punctuation

    /// Writes an object that is only known when it is written, its members sorted by name.
    fileprivate mutating func object(_ members: [JSONName: JSONValue]) {
        open(UInt8(ascii: "{"))
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            separate()
            string(name.text)
            bytes.append(UInt8(ascii: ":"))
            value.write(to: &self)
            needsComma = true
        }
        close(UInt8(ascii: "}"))
    }

    @usableFromInline mutating func name(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        append(name)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

    @usableFromInline mutating func open(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = false
    }

    @usableFromInline mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    @usableFromInline mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = false
    }

    @usableFromInline mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }
}

extension JSONValue: JSONWritable {
    package func write(to json: inout JSONWriter) {
        switch self {
        case .null: json.null()
        case .bool(let value): json.bool(value)
        case .integer(let value): json.integer(value)
        case .wideInteger(let digits): json.digits(digits)
        case .number(let value): json.number(value)
        case .string(let value): json.string(value)
        case .array(let values): json.array(values)
        case .object(let members): json.object(members)
        }
    }
}

extension Bool: JSONWritable {
    package func write(to json: inout JSONWriter) { json.bool(self) }
}

extension Int: JSONWritable {
    package func write(to json: inout JSONWriter) { json.integer(self) }
}

extension Int32: JSONWritable {
    package func write(to json: inout JSONWriter) { json.integer(self) }
}

extension Double: JSONWritable {
    package func write(to json: inout JSONWriter) { json.number(self) }
}

extension String: JSONWritable {
    package func write(to json: inout JSONWriter) { json.string(self) }
}

extension JSONWritable where Self: RawRepresentable<String> {
    package func write(to json: inout JSONWriter) { json.string(rawValue) }
}
