import HTTPTypes
import Hummingbird
import NIOCore
import TaskModel

/// A list of tasks that may be longer than is good to have in memory at once.
///
/// Sent page by page while the next one is read, so that a million tasks cost no more memory than a page.
struct TaskListBody: Sendable {
    /// Lists of so many are made in one go.
    static let pageSize = 1000

    let query: TaskQuery
    let control: any TaskControl

    /// The answer; what goes wrong with the first page is an error of its own.
    ///
    /// - Throws: ``TaskError``.
    func response() async throws -> Response {
        let first = try await page(after: query.after, rest: query.limit)
        guard first.tasks.count == Self.pageSize else { return .json(first) }
        let body = ResponseBody { writer in
            var page = first
            var rest = query.limit.map { $0 - page.tasks.count }
            try await writer.write(ByteBuffer(string: "{\"tasks\":["))
            try await writer.write(Self.text(page.tasks, isFirst: true))
            while page.tasks.count == Self.pageSize, rest ?? .max > 0, let last = page.tasks.last?.id {
                page = try await self.page(after: last, rest: rest)
                rest = rest.map { $0 - page.tasks.count }
                if !page.tasks.isEmpty { try await writer.write(Self.text(page.tasks, isFirst: false)) }
            }
            try await writer.write(ByteBuffer(string: "],\"total\":\(page.total)}"))
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: "application/json"], body: body)
    }

    private func page(after id: TaskID?, rest: Int?) async throws(TaskError) -> TaskPage {
        var query = query
        query.after = id
        query.limit = min(rest ?? .max, Self.pageSize)
        return try await control.tasks(query)
    }

    private static func text(_ tasks: [TaskRecord], isFirst: Bool) throws -> ByteBuffer {
        var buffer = ByteBuffer()
        if !isFirst { buffer.writeString(",") }
        // The brackets of the array are those of the whole list.
        buffer.writeBytes(try JSONCoding.encode(tasks).dropFirst().dropLast())
        return buffer
    }
}
