import HTTPSupport
import Hummingbird
import JSON

/// The query parameters of a request.
struct QueryValues: Sendable {
    private var values: [QueryParameter: String] = [:]

    /// Reads the query.
    ///
    /// - Throws: ``ProblemDetails`` with 400 that names a parameter that is unknown or repeated.
    init(_ request: Request, allowing parameters: [QueryParameter]) throws(ProblemDetails) {
        for (name, value) in request.uri.queryParameters {
            guard let parameter = parameters.first(where: { name.hasSameBytes(as: $0.rawValue) }) else {
                let names = parameters.map(\.rawValue)
                let known = names.isEmpty ? "there is none here" : "known: \(names.joined(separator: ", "))"
                throw .invalidParameter(name, "is not a parameter of this resource (\(known))")
            }
            guard values.updateValue(String(value), forKey: parameter) == nil else {
                throw .invalidParameter(name, "is given more than once")
            }
        }
    }

    /// The text of a parameter, which may be empty; `nil` if it is missing.
    subscript(_ parameter: QueryParameter) -> String? { values[parameter] }

    /// The text of a parameter; `nil` if it is missing.
    ///
    /// - Throws: ``ProblemDetails`` with 400 for an empty one.
    func text(_ parameter: QueryParameter) throws(ProblemDetails) -> String? {
        guard let text = values[parameter] else { return nil }
        guard !text.isEmpty else { throw .invalidParameter(parameter.rawValue, "must not be empty") }
        return text
    }

    /// One of some values; `nil` if the parameter is missing.
    ///
    /// - Throws: ``ProblemDetails`` with 400 for any other value.
    func choice<Value: RawRepresentable<String> & CaseIterable>(
        _ parameter: QueryParameter
    ) throws(ProblemDetails) -> Value? {
        guard let text = values[parameter] else { return nil }
        guard let value = Value.allCases.first(where: { text.hasSameBytes(as: $0.rawValue) }) else {
            let known = Value.allCases.map(\.rawValue).joined(separator: ", ")
            throw .invalidParameter(parameter.rawValue, "must be one of \(known), not '\(text.prefix(32))'")
        }
        return value
    }

    /// A whole number; `nil` if the parameter is missing.
    ///
    /// - Throws: ``ProblemDetails`` with 400 for any other value.
    func wholeNumber(_ parameter: QueryParameter, atLeast minimum: Int = 0) throws(ProblemDetails) -> Int? {
        guard let text = values[parameter] else { return nil }
        guard let number = Int(digits: text), number >= minimum else {
            throw .invalidParameter(
                parameter.rawValue, "must be a whole number" + (minimum > 0 ? " of at least \(minimum)" : ""))
        }
        return number
    }

    /// Whether a parameter is true; false if it is missing.
    ///
    /// - Throws: ``ProblemDetails`` with 400 for any other value.
    func flag(_ parameter: QueryParameter) throws(ProblemDetails) -> Bool {
        switch values[parameter]?.asciiLowercased {
        case nil, "false", "0", "no": return false
        case "true", "1", "yes", "": return true
        default: throw .invalidParameter(parameter.rawValue, "must be true or false")
        }
    }
}
