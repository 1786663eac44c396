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
    let access: Access
    let control: any TaskQueries

    /// The answer; an error of the first page is thrown.
    ///
    /// - Throws: ``TaskError``.
    func response() async throws -> Response {
        let first = try await page(after: query.after, rest: query.limit)
        guard !isLast(first, rest: query.limit) else {
            return .json(
                ByteBuffer(
                    first.tasks, fields, for: access, prefix: Self.beginning,
                    suffix: end(first, count: first.tasks.count)))
        }
        let body = ResponseBody { writer in
            try await writer.write(ByteBuffer(first.tasks, fields, for: access, prefix: Self.beginning))
            var (page, rest, count) = (first, query.limit, first.tasks.count)
            while !isLast(page, rest: rest), let last = page.next {
                rest = rest.map { $0 - page.tasks.count }
                page = try await self.page(after: last, rest: rest)
                guard !page.tasks.isEmpty else { continue }
                try await writer.write(ByteBuffer(page.tasks, fields, for: access, prefix: count == 0 ? "" : ","))
                count += page.tasks.count
            }
            try await writer.write(ByteBuffer(string: end(page, count: count)))
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

    /// - Parameter count: the number of tasks on this page, the last one, and those before it.
    private func end(_ page: TaskPage, count: Int) -> String {
        // A list of all tasks has as many as it has: those that a page counts may have changed since.
        let total = query.after == nil && page.next == nil ? count : page.total
        return "],\"total\":\(total)}"
    }
}
