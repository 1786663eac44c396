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
        let known = try request.query.cursor(.wait, "must be what an earlier page has reached")
        try request.checkFullAccess(for: "the outputs of programs")
        let outputs = request.outputs
        let read: @Sendable () async throws -> OutputPage? = {
            try await outputs.output(of: id, attempt: attempt, query)
        }
        var page = try await read()
        if page == nil {
            guard let task = try await request.control.task(id) else { throw TaskError.notFound("\(id)") }
            // One that has not begun may have some later.
            guard known != nil, !task.state.isFinal else { throw ProblemDetails.noOutput(id) }
        }
        if let known, page.reached == known {
            try await wait(for: id, request) { try await read().reached != known }
            page = try await read()
        }
        guard let page else { throw ProblemDetails.noOutput(id) }
        return .json(page)
    }

    /// Waits until there is more output: as long as streams are silent at most, and no longer than service and client do.
    private static func wait(
        for id: TaskID, _ request: APIRequest, until hasMore: @escaping @Sendable () async throws -> Bool
    ) async throws {
        var connection = request.openStream()
        defer { connection.close() }
        connection.signal(in: request.streams.silence)
        let (signals, outputs) = (connection.reader.signals, request.outputs)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                // The first signal comes at once, the next one when the time is over.
                for await _ in signals.dropFirst() { break }
                return true
            }
            group.addTask {
                for await _ in await outputs.outputSignals(of: id) {
                    if try await hasMore() { return true }
                }
                return false
            }
            defer { group.cancelAll() }
            while let isOver = try await group.next(), !isOver {}
        }
    }
}

extension OutputPage? {
    /// What is reached of the output, which may not have begun.
    fileprivate var reached: OutputCursor { self?.reached ?? .beginning }
}

extension QueryValues {
    /// The cursor of a parameter; `nil` if it is missing.
    ///
    /// - Throws: ``ProblemDetails`` with 400 for any other text.
    fileprivate func cursor(
        _ parameter: QueryParameter, _ requirement: String
    ) throws(ProblemDetails) -> OutputCursor? {
        guard let text = self[parameter] else { return nil }
        guard let cursor = OutputCursor(text) else { throw .invalidParameter(parameter.rawValue, requirement) }
        return cursor
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
        let cursor = try query.cursor(.cursor, "must be the start or the end of a page")
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
