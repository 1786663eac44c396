import HTTPSupport
import HTTPTypes
import Hummingbird
import NIOCore
import TaskControl
import TaskModel

/// Handlers of the routes to what tasks have written.
enum LogEndpoints {
    static func show(_ request: APIRequest) async throws -> Response {
        var query = try LogQuery(request.query, now: ServiceClock().now.wall)
        // Nothing is read for the head alone.
        if request.isHead { query.holds = false }
        let id = try request.id()
        switch try await request.logs.log(of: id, query, for: request.access) {
        case .noSuchAttempt(let attempt): throw ProblemDetails.noSuchAttempt(id, attempt)
        case .needsFullAccess: throw request.accessProblem(for: "the logs of programs")
        case .found(let log):
            if !log.hasTimes { try query.checkNeedsNoTimes() }
            return try await response(log, query, to: request)
        }
    }

    private static func response(_ log: any TaskLog, _ query: LogQuery, to request: APIRequest) async throws -> Response
    {
        var headers: HTTPFields = [
            .contentType: "text/plain; charset=utf-8", .xContentTypeOptions: "nosniff", .cacheControl: "no-cache",
        ]
        if log.isTruncated { headers[.logTruncated] = "true" }
        guard let tag = log.tag else {
            if query.follows { request.onHangUp { [weak log] in log?.stopFollowing() } }
            return Response(status: .ok, headers: headers, body: body(of: log, limit: .max))
        }
        let entityTag = entityTag(tag, query)
        headers[.eTag] = entityTag
        headers[.acceptRanges] = "bytes"
        if request.hasCurrent(entityTag) { return Response(status: .notModified, headers: headers) }
        guard let range = request.range(of: entityTag) else {
            // Not for GET, which would have to read all of it twice.
            if request.isHead { headers[.contentLength] = "\(try await log.size())" }
            return Response(status: .ok, headers: headers, body: body(of: log, limit: .max))
        }
        let size = try await log.size()
        guard let bytes = range.bytes(of: size) else {
            return ProblemDetails.rangeNotSatisfiable(size).response(headers: [.contentRange: "bytes */\(size)"])
        }
        try await log.skip(bytes.lowerBound)
        headers[.contentRange] = "bytes \(bytes.lowerBound)-\(bytes.upperBound - 1)/\(size)"
        headers[.contentLength] = "\(bytes.count)"
        return Response(status: .partialContent, headers: headers, body: body(of: log, limit: bytes.count))
    }

    /// Strong: the same log in another form, or another part of it, has another one.
    private static func entityTag(_ tag: String, _ query: LogQuery) -> String {
        let parts = [
            query.stream.map { "\($0.name)" }, query.tail.map { "tail\($0)" },
            query.since.map { "since\($0.milliseconds)" },
        ]
        return "\"" + ([tag, query.format.rawValue] + parts.compactMap(\.self)).joined(separator: "-") + "\""
    }

    /// Reads no more than the client accepts.
    private static func body(of log: any TaskLog, limit: Int) -> ResponseBody {
        ResponseBody { writer in
            var rest = limit
            while rest > 0, let bytes = try await log.next() {
                let part = bytes.prefix(rest)
                rest -= part.count
                try await writer.write(ByteBuffer(bytes: part))
            }
            try await writer.finish(nil)
        }
    }
}
