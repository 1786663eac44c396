/// One of the two streams of a program's output.
package enum ProgramStream: Int, Sendable, Hashable, CaseIterable {
    case standardOutput
    case standardError

    /// The name in records of the log.
    package var name: StaticString {
        switch self {
        case .standardOutput: "stdout"
        case .standardError: "stderr"
        }
    }
}
