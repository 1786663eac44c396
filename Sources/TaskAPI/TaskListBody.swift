import Hummingbird
import NIOCore
import TaskControl
import TaskModel

/// The answer to `GET /tasks`.
///
/// A long list is sent page by page while the next page is read, so that a million tasks need
/// no more memory than a page.
struct TaskListBody: Sendable {
    /// The most tasks on a page.
    private static let pageSize = 1000

    let query: TaskQuery
    let fields: RecordFields
    let control: any TaskQueries

    /// The answer; an error of the first page is thrown.
    ///
    /// - Throws: ``TaskError``.
    func response() async throws -> Response {
        let first = try await page(after: query.after, rest: query.limit)
        guard !isLast(first, rest: query.limit) else {
            return .json(ByteBuffer(first.tasks, fields, prefix: Self.beginning, suffix: Self.end(first)))
        }
        let body = ResponseBody { writer in
            try await writer.write(ByteBuffer(first.tasks, fields, prefix: Self.beginning))
            var (page, rest, isEmpty) = (first, query.limit, first.tasks.isEmpty)
            while !isLast(page, rest: rest), let last = page.next {
                rest = rest.map { $0 - page.tasks.count }
                page = try await self.page(after: last, rest: rest)
                guard !page.tasks.isEmpty else { continue }
                try await writer.write(ByteBuffer(page.tasks, fields, prefix: isEmpty ? "" : ","))
                isEmpty = false
            }
            try await writer.write(ByteBuffer(string: Self.end(page)))
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: .json, body: body)
    }

    /// Whether no page follows.
    ///
    /// - Parameter rest: the limit of this page and those that follow; `nil` for none.
    private func isLast(_ page: TaskPage, rest: Int?) -> Bool {
        page.next == nil || rest.map { page.tasks.count >= $0 } ?? false
    }

    private func page(after id: TaskID?, rest: Int?) async throws(TaskError) -> TaskPage {
        var query = query
        query.after = id
        query.limit = min(rest ?? .max, Self.pageSize)
        return try await control.tasks(query, fields)
    }

    private static let beginning = #"{"tasks":["#

    private static func end(_ page: TaskPage) -> String { "],\"total\":\(page.total)}" }
}
