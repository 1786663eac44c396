/// An item of the copy menu.
enum CopyItem: Sendable, Hashable, CaseIterable {
    case id, curl, result, error, line

    var key: Unicode.Scalar {
        switch self {
        case .id: "i"
        case .curl: "c"
        case .result: "r"
        case .error: "e"
        case .line: "l"
        }
    }

    var name: String {
        switch self {
        case .id: "id"
        case .curl: "curl command"
        case .result: "result"
        case .error: "error"
        case .line: "log line"
        }
    }
}
