/// The completion of a path as far as it is unique.
package struct PathCompletion: Sendable, Hashable {
    /// The path, as long as all names that begin with it agree; a directory ends with a slash.
    package let path: String
    /// The names that begin with it.
    package let names: [String]

    package init(path: String, names: [String]) {
        self.path = path
        self.names = names
    }
}

/// Completes paths that the operator types, outside the dashboard's thread.
package struct PathCompleter: Sendable {
    private let body: @Sendable (String) async -> PathCompletion

    package init(_ body: @escaping @Sendable (String) async -> PathCompletion) {
        self.body = body
    }

    /// A completer that knows no paths.
    package static let none = PathCompleter { PathCompletion(path: $0, names: []) }

    func complete(_ path: String) async -> PathCompletion { await body(path) }
}
