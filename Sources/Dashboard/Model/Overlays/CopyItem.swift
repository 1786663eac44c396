/// An item of the copy menu.
enum CopyItem: Sendable, Hashable, CaseIterable {
    case id, curl, result, output, error, line, outputLine

    var key: Unicode.Scalar {
        switch self {
        case .id: "i"
        case .curl: "c"
        case .result: "r"
        case .output: "o"
        case .error: "e"
        case .line, .outputLine: "l"
        }
    }

    var name: String {
        switch self {
        case .id: "id"
        case .curl: "curl command"
        case .result: "result"
        case .output: "output"
        case .error: "error"
        case .line: "log line"
        case .outputLine: "line of output"
        }
    }
}
