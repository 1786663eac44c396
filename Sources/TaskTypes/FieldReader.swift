package import TaskModel

/// Reads the fields of `task_data`, noting every problem instead of stopping at the first.
package struct FieldReader {
    private let members: [String: JSONValue]
    private var known: Set<String> = []
    private var problems: [FieldProblem] = []

    init(_ members: [String: JSONValue]) {
        self.members = members
    }

    /// An array of anything.
    package mutating func array(_ name: String, default fallback: [JSONValue], atMost limit: Int) -> [JSONValue] {
        read(name, default: fallback) { value in
            guard case .array(let elements) = value else { return .wrongType("an array") }
            guard elements.count <= limit else {
                return .outOfRange("must have at most \(limit) elements, not \(elements.count)")
            }
            return .accepted(elements)
        }
    }

    /// A finite number.
    package mutating func number(_ name: String, default fallback: Double, in range: ClosedRange<Double>) -> Double {
        read(name, default: fallback) { value in
            let number: Double
            switch value {
            case .integer(let integer): number = Double(integer)
            case .number(let double): number = double
            default: return .wrongType("a number")
            }
            guard range.contains(number) else {
                return .outOfRange(
                    "must be between \(plain(range.lowerBound)) and \(plain(range.upperBound)), not \(plain(number))")
            }
            return .accepted(number)
        }
    }

    /// A whole number; `5.0` is one.
    package mutating func integer(_ name: String, default fallback: Int, in range: ClosedRange<Int>) -> Int {
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
            case .number(let double) where double.rounded() == double:
                return .outOfRange(outOfRange(plain(double)))
            default: return .wrongType("a whole number")
            }
        }
    }

    /// A text of one to `limit` characters.
    package mutating func text(_ name: String, default fallback: String, atMost limit: Int) -> String {
        read(name, default: fallback) { value in
            guard case .string(let text) = value else { return .wrongType("a string") }
            guard !text.isEmpty, text.count <= limit else {
                return .outOfRange("must have between 1 and \(limit) characters, not \(text.count)")
            }
            return .accepted(text)
        }
    }

    /// All that was wrong, with a problem for every member that no field has asked for.
    consuming func finish() -> [FieldProblem] {
        let fields = known.sorted().joined(separator: ", ")
        let unknown = members.keys.filter { !known.contains($0) }.sorted().map { name in
            FieldProblem(
                field: "task_data.\(name.prefix(64))", code: "unknown_field",
                message: "is not a field of this type (it has: \(fields))")
        }
        return problems + unknown
    }

    private enum Reading<Value> {
        case accepted(Value)
        /// Says what was expected.
        case wrongType(String)
        /// Says the whole sentence.
        case outOfRange(String)
    }

    private mutating func read<Value>(
        _ name: String, default fallback: Value, _ convert: (JSONValue) -> Reading<Value>
    ) -> Value {
        known.insert(name)
        guard let value = members[name] else { return fallback }
        let field = "task_data.\(name)"
        switch convert(value) {
        case .accepted(let accepted):
            return accepted
        case .wrongType(let expected):
            let message = "must be \(expected), not \(value.kindName)"
            problems.append(FieldProblem(field: field, code: "wrong_type", message: message))
        case .outOfRange(let message):
            problems.append(FieldProblem(field: field, code: "out_of_range", message: message))
        }
        return fallback
    }
}

/// A number as a person would write it: `86400`, not `86400.0`.
private func plain(_ number: Double) -> String {
    Int64(exactly: number).map(String.init) ?? String(number)
}
