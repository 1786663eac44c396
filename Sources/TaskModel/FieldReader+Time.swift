package import JSON

extension FieldReader {
    /// A point in time as RFC 3339 writes it; `nil` when it is not there, or `null`.
    package mutating func optionalTime(_ name: String) -> Timestamp? {
        switch value(name) {
        case nil, .null: return nil
        case .string(let text):
            if let time = Timestamp(text) { return time }
            report(
                name, "malformed",
                "must be a time as RFC 3339 writes it, in the years 0000 to 9999 of UTC, such as 2030-01-31T12:00:00Z, not '\(text.prefix(64))'"
            )
        case let other?: report(name, "wrong_type", "must be a string, not \(other.kindName)")
        }
        return nil
    }
}
