import HTTPSupport
import Hummingbird
import JSON
import TaskControl
import TaskModel

/// Handlers of the routes to the output of programs by pages.
enum OutputEndpoints {
    static func show(_ request: APIRequest) async throws -> Response {
        let (query, attempt) = (try OutputQuery(request.query), try request.query.attempt())
        let id = try request.id()
        try request.checkFullAccess(for: "the outputs of programs")
        guard let page = try await request.outputs.output(of: id, attempt: attempt, query) else {
            guard try await request.control.existing(id, .summary) != nil else { throw TaskError.notFound("\(id)") }
            throw ProblemDetails.noOutput(id)
        }
        return .json(page)
    }
}

extension OutputQuery {
    /// The most lines of a page.
    private static let limits = 1...1000

    /// Reads the parameters of a page.
    ///
    /// - Throws: ``ProblemDetails`` with 400 that names the parameter.
    init(_ query: QueryValues) throws(ProblemDetails) {
        self.init(try OutputPart(query), stream: try query.stream(), limit: Self.limits.upperBound)
        guard let text = query[.limit] else { return }
        guard let limit = Int(digits: text), Self.limits.contains(limit) else {
            throw .invalidParameter(
                "limit", "must be a whole number from \(Self.limits.lowerBound) to \(Self.limits.upperBound)")
        }
        self.limit = limit
    }
}

extension OutputPart {
    fileprivate init(_ query: QueryValues) throws(ProblemDetails) {
        let name = query[.part] ?? "last"
        var cursor: OutputCursor?
        if let text = query[.cursor] {
            cursor = OutputCursor(text)
            guard cursor != nil else { throw .invalidParameter("cursor", "must be the start or the end of a page") }
        }
        switch (name, cursor) {
        case ("first", nil): self = .first
        case ("last", nil): self = .last
        case ("before", let cursor?): self = .before(cursor)
        case ("after", let cursor?): self = .after(cursor)
        case ("before", nil), ("after", nil): throw .invalidParameter("part", "'\(name)' needs a cursor")
        case ("first", _), ("last", _): throw .invalidParameter("cursor", "is only for before and after")
        default: throw .invalidParameter("part", "must be first, last, before or after, not '\(name.prefix(32))'")
        }
    }
}
