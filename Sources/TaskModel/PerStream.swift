/// A value for each stream.
package struct PerStream<Value> {
    private var output: Value
    private var error: Value

    package init(_ value: Value) {
        output = value
        error = value
    }

    package subscript(stream: ProgramStream) -> Value {
        get {
            switch stream {
            case .standardOutput: output
            case .standardError: error
            }
        }
        _modify {
            switch stream {
            case .standardOutput: yield &output
            case .standardError: yield &error
            }
        }
    }
}

extension PerStream: Sendable where Value: Sendable {}
extension PerStream: Equatable where Value: Equatable {}
extension PerStream: Hashable where Value: Hashable {}
