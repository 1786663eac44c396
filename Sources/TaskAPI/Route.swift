import HTTPTypes
import Hummingbird
import JSON

/// One method of one resource.
///
/// Dispatch, `Allow`, and the text of 404 are made from ``all``.
struct Route: Sendable {
    typealias Handler = @Sendable (APIRequest) async throws -> Response

    let method: HTTPRequest.Method
    /// The path template: `/tasks/{id}`.
    let path: String
    /// The query parameters that the route allows.
    let parameters: [QueryParameter]
    /// What the route does, in a few words.
    let summary: String
    /// Answers a request whose query parameters are among ``parameters``.
    let handler: Handler

    init(
        _ method: HTTPRequest.Method, _ path: String, parameters: [QueryParameter] = [], _ summary: String,
        handler: @escaping Handler
    ) {
        self.method = method
        self.path = path
        self.parameters = parameters
        self.summary = summary
        self.handler = handler
    }

    /// The methods that the handler answers.
    var methods: [HTTPRequest.Method] { method == .get ? [.get, .head] : [method] }

    /// Whether a path is one of the template's.
    private func matches(_ path: String) -> Bool {
        let (parts, template) = (Self.parts(of: path), Self.parts(of: self.path))
        return parts.count == template.count
            && zip(parts, template).allSatisfy { $1.hasBytePrefix("{") || $0.hasSameBytes(as: $1) }
    }

    private static func parts(of path: String) -> [Substring] {
        path.parts(separatedBy: "/").filter { !$0.isEmpty }
    }
}

extension Route {
    /// The methods of a path, in the order of an `Allow` header; `nil` for an unknown path.
    static func methods(at path: String) -> [HTTPRequest.Method]? {
        let methods = all.filter { $0.matches(path) }.flatMap(\.methods)
        return methods.isEmpty ? nil : methods + [.options]
    }

    /// The value of `Allow`.
    static func allow(_ methods: [HTTPRequest.Method]) -> String {
        methods.map(\.rawValue).joined(separator: ", ")
    }

    /// All paths, in words: `/health, /tasks nor /tasks/ID`.
    static var knownPaths: String {
        let paths = Set(all.map(\.path)).sorted().map { $0.replacing("{id}", with: "ID") }
        return paths.dropLast().joined(separator: ", ") + " nor " + (paths.last ?? "")
    }
}
