// Values that are to stay text.
extension JSONParser {
    /// Reads a text that is one JSON object, with white space around it, and leaves some members as text.
    ///
    /// No tree is made of a member that is written as ``JSONWriter`` writes it.
    ///
    /// - Parameter names: the members to be left as text.
    /// - Returns: the members by name; `nil` for a value that is no object.
    /// - Throws: ``JSONSyntaxError`` for the first thing that is wrong.
    static func parseObject(
        _ text: some Collection<UInt8>, keepingAsText names: [JSONName]
    ) throws(JSONSyntaxError) -> (values: [JSONName: JSONValue], texts: [JSONName: JSONText])? {
        var parser = JSONParser(bytes: ContiguousArray(text))
        guard parser.next() == UInt8(ascii: "{") else {
            _ = try parse(text)
            return nil
        }
        var values: [JSONName: JSONValue] = [:]
        var texts: [JSONName: JSONText] = [:]
        try parser.nested { (parser) throws(JSONSyntaxError) in
            try parser.eachMember { (parser, name) throws(JSONSyntaxError) in
                if names.contains(name) {
                    return texts.updateValue(try parser.text(), forKey: name) == nil
                }
                return values.updateValue(try parser.value(), forKey: name) == nil
            }
        }
        guard parser.next() == nil else { throw parser.error("unexpected text after the value") }
        return (values, texts)
    }

    /// Moves behind the next member, unless its name is one of `names`; returns whether it has.
    mutating func skipMember(unless names: [ContiguousArray<UInt8>]) throws(JSONSyntaxError) -> Bool {
        let start = position
        let isPlain = skipString()
        let name = bytes[(start + 1)..<max(start + 1, position - 1)]
        guard isPlain, !names.contains(where: { $0.count == name.count && $0.elementsEqual(name) }),
            next() == UInt8(ascii: ":")
        else {
            position = start
            return false
        }
        position += 1
        _ = next()
        let (valueStart, outerDepth) = (position, depth)
        if !skipCanonical() {
            (position, depth) = (valueStart, outerDepth)
            _ = try value()
        }
        return true
    }

    /// Reads a value and returns it as text.
    private mutating func text() throws(JSONSyntaxError) -> JSONText {
        _ = next()
        let (start, outerDepth) = (position, depth)
        if skipCanonical() { return JSONText(canonical: bytes[start..<position]) }
        // It is written in another way or is not JSON: the tree's parser finds out which, and where.
        (position, depth) = (start, outerDepth)
        return JSONText(try value())
    }

    // MARK: - Text as the writer writes it

    /// Moves behind a value that is written as ``JSONWriter`` writes it.
    ///
    /// - Returns: false for anything else, and for some texts that it might have written; the position is then
    ///   anywhere.
    private mutating func skipCanonical() -> Bool {
        switch current {
        case UInt8(ascii: "{"): skipContent(until: "}") { $0.skipMembers() }
        case UInt8(ascii: "["): skipContent(until: "]") { $0.skipElements() }
        case UInt8(ascii: "\""): skipString()
        case UInt8(ascii: "t"): skipLiteral("true")
        case UInt8(ascii: "f"): skipLiteral("false")
        case UInt8(ascii: "n"): skipLiteral("null")
        default: skipNumber()
        }
    }

    private mutating func skipContent(until end: Unicode.Scalar, _ skip: (inout JSONParser) -> Bool) -> Bool {
        guard depth < Self.depthLimit else { return false }
        depth += 1
        defer { depth -= 1 }
        position += 1
        if current != UInt8(ascii: end) {
            guard skip(&self), current == UInt8(ascii: end) else { return false }
        }
        position += 1
        return true
    }

    private mutating func skipElements() -> Bool {
        while true {
            guard skipCanonical() else { return false }
            guard current == UInt8(ascii: ",") else { return true }
            position += 1
        }
    }

    /// Members sorted by the bytes of their names, none of which is escaped.
    private mutating func skipMembers() -> Bool {
        var last: ArraySlice<UInt8>?
        while true {
            let start = position
            guard current == UInt8(ascii: "\""), skipString() else { return false }
            let name = ArraySlice(bytes[start..<position].dropFirst().dropLast())
            guard !name.contains(UInt8(ascii: "\\")),
                last?.lexicographicallyPrecedes(name) ?? true, current == UInt8(ascii: ":")
            else { return false }
            last = name
            position += 1
            guard skipCanonical() else { return false }
            guard current == UInt8(ascii: ",") else { return true }
            position += 1
        }
    }

    private mutating func skipLiteral(_ text: StaticString) -> Bool {
        let isThere = text.withUTF8Buffer { bytes[position...].starts(with: $0) }
        if isThere { position += text.utf8CodeUnitCount }
        return isThere
    }

    private mutating func skipNumber() -> Bool {
        let start = position
        if current == UInt8(ascii: "-") { position += 1 }
        let first = position
        while let byte = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        let isWhole = current.map { !".eE".utf8.contains($0) } ?? true
        // So are whole numbers written that fit; 0 has one digit and no sign.
        if isWhole, 1...18 ~= position - first, bytes[first] != UInt8(ascii: "0") || position == start + 1 {
            return true
        }
        position = start
        guard let number = try? number() else { return false }
        return JSONCoding.encode(number)[...] == ArraySlice(bytes[start..<position])
    }

    private mutating func skipString() -> Bool {
        position += 1
        let start = position
        var isASCII = true
        while let byte = current {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                return isASCII || String(validating: bytes[start..<position - 1], as: UTF8.self) != nil
            case UInt8(ascii: "\\"): guard skipEscape() else { return false }
            case ..<0x20: return false
            default: if byte >= 0x80 { isASCII = false }
            }
        }
        return false
    }

    private mutating func skipEscape() -> Bool {
        defer { position += 1 }
        switch current {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "b"), UInt8(ascii: "t"), UInt8(ascii: "n"),
            UInt8(ascii: "f"), UInt8(ascii: "r"):
            return true
        // Few texts have others.
        default: return false
        }
    }
}
