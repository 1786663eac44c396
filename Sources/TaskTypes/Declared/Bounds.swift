/// The limits of a value, on either side or none.
package struct Bounds<Value: Comparable & Hashable & Sendable>: Sendable, Hashable {
    package let minimum: Value?
    package let maximum: Value?

    package init(minimum: Value? = nil, maximum: Value? = nil) {
        self.minimum = minimum
        self.maximum = maximum
    }

    func contains(_ value: Value) -> Bool {
        minimum.map { $0 <= value } ?? true && maximum.map { value <= $0 } ?? true
    }

    /// The limits in words: `between 1 and 5`, `at least 1`, `at most 5`; `nil` without any.
    func words(_ text: (Value) -> String) -> String? {
        switch (minimum.map(text), maximum.map(text)) {
        case (let minimum?, let maximum?): "between \(minimum) and \(maximum)"
        case (let minimum?, nil): "at least \(minimum)"
        case (nil, let maximum?): "at most \(maximum)"
        case (nil, nil): nil
        }
    }
}
