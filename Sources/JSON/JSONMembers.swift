/// A value that can be read from JSON of this project's own making.
///
/// What clients send is read by ``FieldReader``, which finds all that is wrong at once.
package protocol JSONReadable {
    /// - Throws: ``JSONShapeError``.
    init(json: JSONValue) throws(JSONShapeError)
}

/// A value that is an object in JSON, some members of which may be large and stay text.
package protocol JSONObjectReadable: JSONReadable {
    /// The members that stay text.
    static var textMembers: [JSONName] { get }

    /// - Throws: ``JSONShapeError``.
    init(members: JSONMembers) throws(JSONShapeError)
}

extension JSONObjectReadable {
    package static var textMembers: [JSONName] { [] }

    package init(json: JSONValue) throws(JSONShapeError) {
        try self.init(members: JSONMembers(json))
    }
}

/// Why a JSON value is not what it should be.
package struct JSONShapeError: Error, Hashable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}

/// The members of an object, read one by one.
package struct JSONMembers {
    private let members: [JSONName: JSONValue]
    /// Members that were not made values.
    private let texts: [JSONName: JSONText]

    /// - Throws: ``JSONShapeError`` for anything but an object.
    package init(_ json: JSONValue) throws(JSONShapeError) {
        guard let members = json.members else { throw JSONShapeError("not an object but \(json.kindName)") }
        self.members = members
        texts = [:]
    }

    /// Reads an object from its text.
    ///
    /// - Parameter names: the members that are only asked for by ``text(_:)`` and ``optionalText(_:)``.
    /// - Throws: ``JSONSyntaxError`` when the text is not JSON, ``JSONShapeError`` for anything but an object.
    @inlinable package init(parsing text: some Collection<UInt8>, keepingAsText names: [JSONName]) throws {
        guard let object = try JSONParser.parseObject(text, keepingAsText: names) else {
            throw JSONShapeError("not an object")
        }
        (members, texts) = object
    }

    /// A member of any kind that has to be there, as text.
    ///
    /// - Throws: ``JSONShapeError`` when it is missing.
    package func text(_ name: JSONName) throws(JSONShapeError) -> JSONText {
        if let text = texts[name] { return text }
        return try value(name)
    }

    /// A member of any kind that may be missing or `null`, as text.
    package func optionalText(_ name: JSONName) throws(JSONShapeError) -> JSONText? {
        guard let text = texts[name] else { return try optional(name) }
        return text == .null ? nil : text
    }

    /// A member that has to be there.
    ///
    /// - Throws: ``JSONShapeError`` when it is missing, `null`, or something else.
    package func value<Value: JSONReadable>(_ name: JSONName) throws(JSONShapeError) -> Value {
        guard let json = members[name] else { throw JSONShapeError("'\(name)' is missing") }
        return try read(json, name)
    }

    /// A member that may be missing or `null`.
    ///
    /// - Throws: ``JSONShapeError`` when it is something else.
    package func optional<Value: JSONReadable>(_ name: JSONName) throws(JSONShapeError) -> Value? {
        guard let json = members[name], json != .null else { return nil }
        return try read(json, name)
    }

    private func read<Value: JSONReadable>(_ json: JSONValue, _ name: JSONName) throws(JSONShapeError) -> Value {
        do throws(JSONShapeError) {
            return try Value(json: json)
        } catch {
            throw JSONShapeError("'\(name)': \(error)")
        }
    }
}

extension JSONValue: JSONReadable {
    package init(json: JSONValue) { self = json }
}

extension String: JSONReadable {
    package init(json: JSONValue) throws(JSONShapeError) {
        guard case .string(let text) = json else { throw JSONShapeError("not a string but \(json.kindName)") }
        self = text
    }
}

extension Bool: JSONReadable {
    package init(json: JSONValue) throws(JSONShapeError) {
        guard case .bool(let value) = json else { throw JSONShapeError("not a boolean but \(json.kindName)") }
        self = value
    }
}

extension Double: JSONReadable {
    package init(json: JSONValue) throws(JSONShapeError) {
        switch json {
        case .number(let value): self = value
        case .integer(let value): self = Double(value)
        case .wideInteger(let digits): self = Double(digits) ?? .infinity
        default: throw JSONShapeError("not a number but \(json.kindName)")
        }
    }
}

extension Int: JSONReadable {}
extension Int32: JSONReadable {}

extension FixedWidthInteger where Self: JSONReadable {
    package init(json: JSONValue) throws(JSONShapeError) {
        guard case .integer(let integer) = json, let value = Self(exactly: integer) else {
            throw JSONShapeError("not a whole number of \(Self.bitWidth) bits but \(json.numberOrKindName)")
        }
        self = value
    }
}

extension Array: JSONReadable where Element: JSONReadable {
    package init(json: JSONValue) throws(JSONShapeError) {
        guard case .array(let values) = json else { throw JSONShapeError("not an array but \(json.kindName)") }
        var elements: [Element] = []
        elements.reserveCapacity(values.count)
        for value in values { elements.append(try Element(json: value)) }
        self = elements
    }
}

extension JSONReadable where Self: RawRepresentable<String> {
    package init(json: JSONValue) throws(JSONShapeError) {
        let name = try String(json: json)
        guard let value = Self(rawValue: name), value.rawValue.hasSameBytes(as: name) else {
            throw JSONShapeError("'\(name.prefix(64))' is not known")
        }
        self = value
    }
}
