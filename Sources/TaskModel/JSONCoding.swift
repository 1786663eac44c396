package import FoundationEssentials

/// The one way this project writes and reads JSON, on the API, the pipe and the worker's HTTP.
package enum JSONCoding {
    /// Encodes a value with its members sorted by name, so that equal values give equal text.
    ///
    /// - Throws: `EncodingError`, only for a number that JSON cannot express.
    package static func encode(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(value)
    }

    /// Decodes one JSON text.
    ///
    /// - Throws: `DecodingError` when the text is not JSON or not of the expected shape. Nesting
    ///   beyond 512 levels is an error of Foundation's parser, not a crash.
    package static func decode<Value: Decodable>(_ type: Value.Type, from bytes: some Sequence<UInt8>) throws -> Value {
        try JSONDecoder().decode(type, from: Data(bytes))
    }
}
