/// Reads the members of an object and records every problem instead of stopping at the first.
package struct FieldReader {
    private let members: [JSONName: JSONValue]
    private let path: String
    private var known: Set<JSONName> = []
    private var problems: [FieldProblem] = []
    /// The members that a form has a field for, in the order in which they have been read.
    package private(set) var descriptions: [FieldDescription] = []

    /// - Parameter path: the prefix of names in problems, such as `task_data.`.
    package init(_ members: [JSONName: JSONValue], path: String = "") {
        self.members = members
        self.path = path
    }

    /// A value of any kind; `nil` if it is missing.
    package mutating func value(_ name: String) -> JSONValue? {
        known.insert(JSONName(name))
        return members[JSONName(name)]
    }

    /// One of a few words, which is required; `nil` if it is missing or another.
    package mutating func choice<Choice>(_ name: String, of choices: [(name: String, value: Choice)]) -> Choice? {
        let words = "one of " + choices.map(\.name).joined(separator: ", ")
        switch value(name) {
        case .string(let word):
            if let choice = choices.first(where: { $0.name.hasSameBytes(as: word) }) { return choice.value }
            report(name, "unknown_value", "must be \(words), not '\(word.prefix(64))'")
        case nil:
            report(name, "missing", "is missing; it must be \(words)")
        case let other?:
            report(name, "wrong_type", "must be a string, \(words), not \(other.kindName)")
        }
        return nil
    }

    /// An object, empty if it is missing; `nil` if it is of another kind.
    package mutating func object(_ name: String) -> [JSONName: JSONValue]? {
        let value = value(name) ?? .object([:])
        if value.members == nil { report(name, "wrong_type", "must be an object, not \(value.kindName)") }
        return value.members
    }

    /// An array of anything.
    package mutating func array(
        _ name: String, default fallback: [JSONValue], atMost limit: Int, meaning: String = "",
        suggestion: [JSONValue]? = nil
    ) -> [JSONValue] {
        describe(
            name, .array, .init(0...limit), .array(fallback), "at most \(limit) elements", meaning,
            suggestion.map(JSONValue.array))
        return read(name, default: fallback) { value in
            guard case .array(let elements) = value else { return .wrongType("an array") }
            guard elements.count <= limit else {
                return .outOfRange("must have at most \(limit) elements, not \(elements.count)")
            }
            return .accepted(elements)
        }
    }

    /// A finite number.
    package mutating func number(
        _ name: String, default fallback: Double, in range: ClosedRange<Double>, meaning: String = ""
    ) -> Double {
        describe(
            name, .number, .init(range), .number(fallback),
            "\(range.lowerBound.plainText) to \(range.upperBound.plainText)", meaning)
        return read(name, default: fallback) { value in
            let number: Double
            switch value {
            case .integer(let integer): number = Double(integer)
            case .wideInteger(let digits): number = Double(digits) ?? .infinity
            case .number(let double): number = double
            default: return .wrongType("a number")
            }
            guard range.contains(number) else {
                return .outOfRange(
                    "must be between \(range.lowerBound.plainText) and \(range.upperBound.plainText), "
                        + "not \(value.numberOrKindName)")
            }
            return .accepted(number)
        }
    }

    /// A finite number; `nil` if it is missing or `null`.
    package mutating func optionalNumber(_ name: String, in range: ClosedRange<Double>) -> Double? {
        guard let value = value(name), value != .null else { return nil }
        return number(name, default: range.lowerBound, in: range)
    }

    /// A whole number; `5.0` is one.
    package mutating func integer(
        _ name: String, default fallback: Int, in range: ClosedRange<Int>, meaning: String = "", suggestion: Int? = nil
    ) -> Int {
        describe(
            name, .integer, .init(range), .integer(Int64(fallback)), "\(range.lowerBound) to \(range.upperBound)",
            meaning, suggestion.map { .integer(Int64($0)) })
        return readInteger(name, default: fallback, in: range)
    }

    private mutating func readInteger(_ name: String, default fallback: Int, in range: ClosedRange<Int>) -> Int {
        read(name, default: fallback) { value in
            let outOfRange = { (found: String) in
                "must be between \(range.lowerBound) and \(range.upperBound), not \(found)"
            }
            switch value {
            case .integer(let integer):
                guard let whole = Int(exactly: integer), range.contains(whole) else {
                    return .outOfRange(outOfRange("\(integer)"))
                }
                return .accepted(whole)
            case .wideInteger: return .outOfRange(outOfRange(value.numberOrKindName))
            case .number(let double) where double.rounded() == double:
                return .outOfRange(outOfRange(double.plainText))
            default: return .wrongType("a whole number")
            }
        }
    }

    /// A whole number, which is required; `nil` if it is missing or not valid.
    package mutating func requiredInteger(
        _ name: String, in range: ClosedRange<Int>, meaning: String = ""
    ) -> Int? {
        describe(name, .integer, .init(range), nil, "\(range.lowerBound) to \(range.upperBound)", meaning)
        guard value(name) != nil else {
            report(
                name, "missing",
                "is missing; it must be a whole number between \(range.lowerBound) and \(range.upperBound)")
            return nil
        }
        let count = problems.count
        let number = readInteger(name, default: range.lowerBound, in: range)
        return problems.count == count ? number : nil
    }

    /// Whether a member is present.
    package mutating func has(_ name: String) -> Bool { value(name) != nil }

    /// Records that one of several members is required and all are missing.
    package mutating func reportMissing(oneOf names: [String]) {
        report(names[0], "missing", "is missing; the body needs \(names.joined(separator: " or "))")
    }

    /// A text of one to `limit` characters.
    package mutating func text(
        _ name: String, default fallback: String, atMost limit: Int, meaning: String = ""
    ) -> String {
        describe(name, .text, .init(1...limit), .string(fallback), "1 to \(limit) characters", meaning)
        return read(name, default: fallback) { value in
            guard case .string(let text) = value else { return .wrongType("a string") }
            guard !text.isEmpty, text.count <= limit else {
                return .outOfRange("must have between 1 and \(limit) characters, not \(text.count)")
            }
            return .accepted(text)
        }
    }

    /// A text of one to `limit` code points; `nil` if it is missing or `null`.
    package mutating func optionalText(_ name: String, atMost limit: Int) -> String? {
        switch value(name) {
        case nil, .null: return nil
        case .string(let text):
            let count = text.unicodeScalars.count
            if (1...limit).contains(count) { return text }
            report(name, "out_of_range", "must have between 1 and \(limit) characters, not \(count)")
        case let other?: report(name, "wrong_type", "must be a string, not \(other.kindName)")
        }
        return nil
    }

    /// All problems, with one problem per unrecognized member.
    package consuming func finish() -> [FieldProblem] {
        for name in members.keys.sorted() where !known.contains(name) {
            report(
                String(name.text.prefix(64)), "unknown_field",
                "is not known here (known: \(known.sorted().map(\.text).joined(separator: ", ")))")
        }
        return problems
    }

    /// Adds a field to the form, for a member that is read by ``value(_:)``.
    package mutating func describe(_ field: FieldDescription) { descriptions.append(field) }

    private mutating func describe(
        _ name: String, _ kind: FieldDescription.Kind, _ limits: FieldDescription.Limits, _ fallback: JSONValue?,
        _ hint: String, _ meaning: String, _ suggestion: JSONValue? = nil
    ) {
        describe(
            FieldDescription(
                name: name, kind: kind, limits: limits, fallback: fallback, hint: hint, meaning: meaning,
                suggestion: suggestion))
    }

    /// Records a problem with a member.
    ///
    /// - Parameters:
    ///   - code: see ``FieldProblem/code``.
    ///   - message: the requirement.
    package mutating func report(_ name: String, _ code: String, _ message: String) {
        problems.append(FieldProblem(field: path + name, code: code, message: message))
    }

    private enum Reading<Value> {
        case accepted(Value)
        /// With the expected kind.
        case wrongType(String)
        /// With the whole sentence.
        case outOfRange(String)
    }

    private mutating func read<Value>(
        _ name: String, default fallback: Value, _ convert: (JSONValue) -> Reading<Value>
    ) -> Value {
        guard let value = value(name) else { return fallback }
        switch convert(value) {
        case .accepted(let accepted): return accepted
        case .wrongType(let expected): report(name, "wrong_type", "must be \(expected), not \(value.numberOrKindName)")
        case .outOfRange(let message): report(name, "out_of_range", message)
        }
        return fallback
    }
}
