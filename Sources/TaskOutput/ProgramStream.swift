/// One of the two streams of a program's output.
package enum ProgramStream: Int, Sendable, Hashable, CaseIterable {
    case standardOutput
    case standardError

    /// As a record of the log has it.
    var name: StaticString {
        switch self {
        case .standardOutput: "stdout"
        case .standardError: "stderr"
        }
    }
}

/// A value for each stream.
struct PerStream<Value> {
    private var output: Value
    private var error: Value

    init(_ value: Value) {
        output = value
        error = value
    }

    subscript(stream: ProgramStream) -> Value {
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
