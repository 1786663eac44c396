/// A value that can be read from JSON of this project's own making.
///
/// What clients send is read by ``FieldReader``, which finds all that is wrong at once.
package protocol JSONReadable {
    /// - Throws: ``JSONShapeError``.
    init(json: JSONValue) throws(JSONShapeError)
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

    /// - Throws: ``JSONShapeError`` for anything but an object.
    package init(_ json: JSONValue) throws(JSONShapeError) {
        guard let members = json.members else { throw JSONShapeError("not an object but \(json.kindName)") }
        self.members = members
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
