import HTTPTypes
import Hummingbird
import NIOConcurrencyHelpers
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
    let cache: PageCache

    /// The answer; what goes wrong with the first page is an error of its own.
    ///
    /// - Throws: ``TaskError``.
    func response() async throws -> Response {
        let (first, bytes) = try await page(after: query.after, rest: query.limit)
        guard !isWhole(first) else {
            let whole = Self.whole(first, bytes)
            return Response(status: .ok, headers: whole.fields, body: ResponseBody(contentsOf: whole.parts))
        }
        let body = ResponseBody { writer in
            try await writer.write(Self.beginning)
            try await writer.write(bytes)
            var page = first
            var rest = query.limit.map { $0 - page.tasks.count }
            while page.tasks.count == Self.pageSize, rest ?? .max > 0, let last = page.tasks.last?.id {
                let (next, bytes) = try await self.page(after: last, rest: rest)
                page = next
                rest = rest.map { $0 - next.tasks.count }
                guard !page.tasks.isEmpty else { break }
                try await writer.write(Self.separator)
                try await writer.write(bytes)
            }
            try await writer.write(Self.end(page))
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: "application/json"], body: body)
    }

    /// The whole answer, if it can be told without waiting, or making anything.
    func atHand() -> DirectResponse? {
        let query = query(after: query.after, rest: query.limit)
        guard let page = control.pageAtHand(query), isWhole(page) else { return nil }
        return Self.whole(page, cache.bytes(of: page, for: query))
    }

    private static func whole(_ page: TaskPage, _ bytes: ByteBuffer) -> DirectResponse {
        DirectResponse(parts: [beginning, bytes, end(page)])
    }

    /// Whether nothing follows a page that is the first.
    private func isWhole(_ page: TaskPage) -> Bool {
        let count = page.tasks.count
        return count < Self.pageSize || count == query.limit || query.after == nil && count == page.total
    }

    private func query(after id: TaskID?, rest: Int?) -> TaskQuery {
        var query = query
        query.after = id
        query.limit = min(rest ?? .max, Self.pageSize)
        return query
    }

    private func page(after id: TaskID?, rest: Int?) async throws(TaskError) -> (TaskPage, ByteBuffer) {
        let query = query(after: id, rest: rest)
        let page = try await control.tasks(query)
        return (page, cache.bytes(of: page, for: query))
    }

    private static let beginning = ByteBuffer(staticString: #"{"tasks":["#)
    private static let separator = ByteBuffer(staticString: ",")

    private static func end(_ page: TaskPage) -> ByteBuffer {
        ByteBuffer(string: "],\"total\":\(page.total)}")
    }
}

/// Pages of the list as JSON, as long as they do not change.
///
/// Whoever watches a list asks for it again and again, and nearly always it is the same.
final class PageCache: Sendable {
    /// Some 500 kB each.
    private let pages = NIOLockedValueBox(VersionedCache<TaskQuery, ByteBuffer>(limit: 16))

    /// The page's tasks with commas between them.
    func bytes(of page: TaskPage, for query: TaskQuery) -> ByteBuffer {
        guard let version = page.version else { return Self.write(page) }
        if let bytes = pages.withLockedValue({ $0.value(for: query, version: version) }) { return bytes }
        let bytes = Self.write(page)
        pages.withLockedValue { $0.insert(bytes, for: query, version: version) }
        return bytes
    }

    private static func write(_ page: TaskPage) -> ByteBuffer {
        var buffer = ByteBuffer()
        for (index, task) in page.tasks.enumerated() {
            if index > 0 { buffer.writeInteger(UInt8(ascii: ",")) }
            buffer.write(task)
        }
        return buffer
    }
}

extension ByteBuffer {
    /// A task as JSON.
    init(_ task: TaskPage.Item) {
        self.init()
        write(task)
    }

    fileprivate mutating func write(_ task: TaskPage.Item) {
        switch task {
        case .record(let record): writeBytes(JSONCoding.encode(record))
        case .json(_, let text): writeString(text)
        }
    }
}
