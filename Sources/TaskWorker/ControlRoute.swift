import NIOHTTP1

/// The endpoints of a worker's HTTP server, by path.
enum ControlRoute: String, CaseIterable {
    case status = "/status"
    case control = "/control"
    case terminate = "/terminate"

    /// - Returns: `nil` for any other path.
    init?(_ head: HTTPRequestHead) {
        let path = head.uri.utf8.prefix { $0 != UInt8(ascii: "?") }
        guard let route = Self.allCases.first(where: { $0.rawValue.utf8.elementsEqual(path) }) else { return nil }
        self = route
    }

    /// The methods that are allowed.
    var methods: [HTTPMethod] {
        switch self {
        case .status: [.GET, .HEAD]
        case .control, .terminate: [.POST]
        }
    }

    /// All paths, for people: `/a, /b nor /c`.
    static var names: String {
        let paths = allCases.map(\.rawValue)
        return paths.dropLast().joined(separator: ", ") + " nor " + paths.suffix(1).joined()
    }
}
