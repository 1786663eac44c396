import HTTPTypes
import Hummingbird
import JSON
import NIOConcurrencyHelpers
import NIOCore
import TaskControl
import TaskModel

/// The answer to `GET /tasks`, which may be longer than is good to have in memory at once.
///
/// A long one is sent page by page while the next one is read, so that a million tasks cost no more memory
/// than a page.
struct TaskListBody: Sendable {
    /// The most tasks on a page.
    private static let pageSize = 1000

    let query: TaskQuery
    let control: any TaskControl
    let cache: PageCache

    /// The answer; what goes wrong with the first page is an error of its own.
    ///
    /// - Throws: ``TaskError``.
    func response() async throws -> Response {
        let (first, bytes) = try await page(after: query.after, rest: query.limit)
        guard !isLast(first, rest: query.limit) else {
            let parts = [Self.beginning, bytes, Self.end(first)]
            return Response(
                status: .ok, headers: [.contentType: "application/json"], body: ResponseBody(contentsOf: parts))
        }
        let body = ResponseBody { writer in
            try await writer.write(Self.beginning)
            try await writer.write(bytes)
            var (page, rest, isEmpty) = (first, query.limit, first.tasks.isEmpty)
            while !isLast(page, rest: rest), let last = page.next {
                rest = rest.map { $0 - page.tasks.count }
                let (next, bytes) = try await self.page(after: last, rest: rest)
                page = next
                guard !page.tasks.isEmpty else { continue }
                if !isEmpty { try await writer.write(Self.separator) }
                isEmpty = false
                try await writer.write(bytes)
            }
            try await writer.write(Self.end(page))
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: "application/json"], body: body)
    }

    /// Whether nothing is to follow a page.
    ///
    /// - Parameter rest: how many tasks were asked for with it and what follows it; `nil` means all.
    private func isLast(_ page: TaskPage, rest: Int?) -> Bool {
        page.next == nil || rest.map { page.tasks.count >= $0 } ?? false
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
        return (page, await cache.bytes(of: page, for: query))
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
    /// A mebibyte each, at most: so long are pages whose tasks have all ended.
    private let pages = NIOLockedValueBox(VersionedCache<TaskQuery, ByteBuffer>(limit: 4))
    /// So many tasks are written in one go.
    private static let turn = 100

    /// The page's tasks with commas between them.
    func bytes(of page: TaskPage, for query: TaskQuery) async -> ByteBuffer {
        if let bytes = knownBytes(of: page, for: query) { return bytes }
        var bytes = ByteBuffer()
        for start in stride(from: 0, to: page.tasks.count, by: Self.turn) {
            Self.write(page.tasks[start...].prefix(Self.turn), to: &bytes)
            await Task.yield()
        }
        if let version = page.version {
            pages.withLockedValue { [bytes] in $0.insert(bytes, for: query, version: version) }
        }
        return bytes
    }

    /// The same, if it has been written before, or is in a moment.
    func knownBytes(of page: TaskPage, for query: TaskQuery) -> ByteBuffer? {
        if let version = page.version,
            let bytes = pages.withLockedValue({ $0.value(for: query, version: version) })
        {
            return bytes
        }
        guard page.tasks.count <= Self.turn else { return nil }
        var bytes = ByteBuffer()
        Self.write(page.tasks[...], to: &bytes)
        return bytes
    }

    private static func write(_ tasks: ArraySlice<TaskPage.Item>, to buffer: inout ByteBuffer) {
        for task in tasks {
            if buffer.readableBytes > 0 { buffer.writeInteger(UInt8(ascii: ",")) }
            buffer.write(task)
        }
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
