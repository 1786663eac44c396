/// Encodes and decodes JSON, for the API, the pipe and the worker's HTTP server.
package enum JSONCoding {
    /// The value as JSON on one line.
    @inlinable package static func encode(_ value: some JSONWritable) -> [UInt8] {
        var json = JSONWriter()
        value.write(to: &json)
        return json.bytes
    }

    /// Reads one JSON text.
    ///
    /// - Throws: ``JSONSyntaxError`` when the text is not JSON, ``JSONShapeError`` when it is not of the expected
    ///   shape.
    @inlinable package static func decode<Value: JSONReadable>(
        _ type: Value.Type, from text: some Collection<UInt8>
    ) throws -> Value {
        try Value(json: try JSONParser.parse(text))
    }

    /// Reads one JSON text, without the members that have other names than these, at any depth.
    ///
    /// - Throws: ``JSONSyntaxError`` when the text is not JSON, ``JSONShapeError`` when it is not of the expected
    ///   shape.
    package static func decode<Value: JSONReadable>(
        _ type: Value.Type, from text: some Collection<UInt8>, keeping names: [JSONName]
    ) throws -> Value {
        try Value(json: try JSONParser.parse(text, keeping: names))
    }

    /// Reads one JSON text that is an object, without a tree of the members that stay text.
    ///
    /// - Throws: ``JSONSyntaxError`` when the text is not JSON, ``JSONShapeError`` when it is not of the expected
    ///   shape.
    @inlinable package static func decode<Value: JSONObjectReadable>(
        _ type: Value.Type, from text: some Collection<UInt8>
    ) throws -> Value {
        try Value(members: JSONMembers(parsing: text, keepingAsText: Value.textMembers))
    }
}

extension JSONWritable {
    /// The value as JSON on one line.
    @inlinable package var jsonText: String { String(decoding: JSONCoding.encode(self), as: UTF8.self) }
}
