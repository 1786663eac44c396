import HTTPTypes
import Hummingbird
import NIOCore
import TaskModel

/// The answer to `GET /tasks`, which may be longer than is good to have in memory at once.
///
/// A long one is sent page by page while the next one is read, so that a million tasks cost no more memory
/// than a page.
struct TaskListBody: Sendable {
    /// Lists of fewer tasks are made in one go.
    private static let pageSize = 1000

    let query: TaskQuery
    let control: any TaskControl

    /// The answer; what goes wrong with the first page is an error of its own.
    ///
    /// - Throws: ``TaskError``.
    func response() async throws -> Response {
        let first = try await page(after: query.after, rest: query.limit)
        var headers: HTTPFields = [.contentType: "application/json"]
        guard first.tasks.count == Self.pageSize else {
            let body = try Self.beginning(first, Self.end(first))
            headers[.contentLength] = String(body.readableBytes)
            return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: body))
        }
        let body = ResponseBody { writer in
            var page = first
            var rest = query.limit.map { $0 - page.tasks.count }
            try await writer.write(try Self.beginning(page, ""))
            while page.tasks.count == Self.pageSize, rest ?? .max > 0, let last = page.tasks.last?.id {
                page = try await self.page(after: last, rest: rest)
                rest = rest.map { $0 - page.tasks.count }
                var buffer = ByteBuffer()
                for task in page.tasks { try buffer.writeTask(task, isFirst: false) }
                if buffer.readableBytes > 0 { try await writer.write(buffer) }
            }
            try await writer.write(ByteBuffer(string: Self.end(page)))
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: headers, body: body)
    }

    private func page(after id: TaskID?, rest: Int?) async throws(TaskError) -> TaskPage {
        var query = query
        query.after = id
        query.limit = min(rest ?? .max, Self.pageSize)
        return try await control.tasks(query)
    }

    private static func beginning(_ page: TaskPage, _ end: String) throws -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeStaticString(#"{"tasks":["#)
        for (index, task) in page.tasks.enumerated() { try buffer.writeTask(task, isFirst: index == 0) }
        buffer.writeString(end)
        return buffer
    }

    private static func end(_ page: TaskPage) -> String {
        "],\"total\":\(page.total)}"
    }
}

extension ByteBuffer {
    fileprivate mutating func writeTask(_ task: TaskPage.Item, isFirst: Bool) throws {
        if !isFirst { writeString(",") }
        switch task {
        case .record(let record): writeBytes(JSONCoding.encode(record))
        case .json(_, let text): writeString(text)
        }
    }
}
