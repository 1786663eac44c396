/// A JSON value as text, in the one way in which ``JSONWriter`` writes it.
///
/// It needs a fraction of the memory of a tree of ``JSONValue``s and is written by copying. Values that the parser
/// distinguishes have different bytes.
package struct JSONText: Sendable, Hashable {
    /// UTF-8.
    package let bytes: [UInt8]

    package static let null = JSONText(.null)

    /// Writes a value.
    package init(_ value: JSONValue) {
        self.init(canonical: JSONCoding.encode(value)[...])
    }

    /// - Parameter bytes: one value as ``JSONWriter`` writes it.
    init(canonical bytes: some Collection<UInt8>) {
        // A writer's bytes have room to grow, which would stay with the text.
        self.bytes = [UInt8](unsafeUninitializedCapacity: bytes.count) { buffer, count in
            count = buffer.update(fromContentsOf: bytes)
        }
    }

    /// The value, parsed anew with every call.
    package var value: JSONValue {
        // The bytes are a writer's, or those of a text that has been parsed.
        (try? JSONParser.parse(bytes)) ?? .null
    }

    /// The text as a string.
    package var string: String { String(decoding: bytes, as: UTF8.self) }
}

extension JSONText: JSONReadable, JSONWritable {
    package init(json: JSONValue) { self.init(json) }

    package func write(to json: inout JSONWriter) { json.text(bytes) }
}

extension JSONText: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self.init(.string(value)) }
    package init(integerLiteral value: Int64) { self.init(.integer(value)) }
    package init(floatLiteral value: Double) { self.init(.number(value)) }
    package init(booleanLiteral value: Bool) { self.init(.bool(value)) }
    package init(arrayLiteral elements: JSONValue...) { self.init(.array(elements)) }
    package init(dictionaryLiteral elements: (JSONName, JSONValue)...) {
        self.init(.object(Dictionary(elements, uniquingKeysWith: { _, last in last })))
    }
}
