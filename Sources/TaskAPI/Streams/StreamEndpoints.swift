import HTTPSupport
import HTTPTypes
import Hummingbird
import JSON
import TaskControl
import TaskModel

/// Handlers of the routes to streams.
enum StreamEndpoints {
    static func events(_ request: APIRequest) throws -> Response {
        let reader = EventReader(
            journal: request.streams.journal, control: request.control, filter: try EventFilter(request.query),
            fields: try RecordFields(request.query), access: request.access)
        let lastEventID = request.lastEventID
        return .stream("text/event-stream") { writer in
            var stream = EventStream(
                reader, after: lastEventID, silence: request.streams.silence, on: request.openStream(), to: writer)
            try await stream.run()
        }
    }

    /// The log has what failed programs have written last, and what workers write to standard error.
    static func log(_ request: APIRequest) throws -> Response {
        let level: LogLevel = try request.query.choice(.level) ?? .trace
        let tail = try request.query.wholeNumber(.tail)
        let follows = try request.query.flag(.follow)
        try request.checkFullAccess(for: "the service's log and the output of programs in it")
        let stream = LogStream(log: request.streams.log, level: level, tail: tail)
        return .stream("application/x-ndjson") { writer in
            if follows {
                try await stream.follow(on: request.openStream(), to: writer)
            } else {
                try await stream.write(to: writer)
            }
        }
    }
}

extension Response {
    /// An answer that is written while it is made.
    fileprivate static func stream(
        _ type: String, write: @escaping @Sendable (any ResponseBodyWriter) async throws -> Void
    ) -> Response {
        Response(
            status: .ok,
            headers: [
                .contentType: type, .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
                // nginx passes on what it gets at once.
                .accelBuffering: "no",
            ],
            body: ResponseBody { try await write($0) })
    }
}

extension APIRequest {
    /// The event after which the client continues: of `Last-Event-ID`, which browsers send, or else of the query.
    fileprivate var lastEventID: String? {
        let header = header(.lastEventID) ?? ""
        return header.isEmpty ? query[.lastEventID] : header
    }

    /// The connection as one of a stream.
    func openStream() -> StreamConnection {
        StreamConnection(channel, streams.journal, onHangUp: onHangUp)
    }
}
