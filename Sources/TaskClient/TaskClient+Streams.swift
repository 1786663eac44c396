import JSON
package import TaskControl
package import TaskModel

extension TaskClient {
    /// The log of an attempt, in the forms of `GET /tasks/{id}/log`.
    ///
    /// - Throws: ``TaskError/notFound(_:)``, ``TaskError/remote(_:)``.
    package func log(of id: TaskID, _ query: LogRequest) async throws(TaskError) -> ServiceBody {
        var request = ServiceRequest.task(id, .get, "/log")
        request.query = query.parameters
        return try await stream(request) { $0.error(for: id) }
    }

    /// The last lines of the service's log, and all that follow, as JSON lines.
    ///
    /// - Throws: ``TaskError/remote(_:)``.
    package func serviceLog(tail: Int) async throws(TaskError) -> ServiceBody {
        var request = ServiceRequest(.get, "/log")
        request.query = [("follow", "true"), ("tail", "\(tail)")]
        return try await stream(request)
    }

    /// A page of the output of an attempt; `nil` if there is no such task or attempt, or if it runs no program.
    ///
    /// - Parameter known: what an earlier page has reached: waits for a while until there is more; `nil` does not.
    /// - Throws: ``TaskError/storageUnavailable(reason:)``, ``TaskError/remote(_:)``.
    package func output(
        of id: TaskID, attempt: Int?, _ query: OutputQuery, behind known: OutputCursor? = nil
    ) async throws(TaskError) -> OutputPage? {
        var request = ServiceRequest.task(id, .get, "/output")
        request.query = query.parameters
        if let attempt { request.query.append(("attempt", "\(attempt)")) }
        if let known { request.query.append(("wait", "\(known)")) }
        do throws(TaskError) {
            let body = try await send(request, hasTimeout: known == nil) { $0.error(for: id) }
            return try Self.decode(OutputPage.self, from: body)
        } catch .notFound {
            return nil
        } catch .remote(.problem(let problem)) where problem.code.hasSameBytes(as: "no_output") {
            return nil
        }
    }

    /// The events of tasks, as `GET /events` sends them.
    ///
    /// - Parameter last: the id of the last event that was received; `nil` for a snapshot first.
    /// - Throws: ``TaskError/remote(_:)``.
    package func events(_ filter: EventFilter, after last: String? = nil) async throws(TaskError) -> ServiceEvents {
        var request = ServiceRequest(.get, "/events")
        request.query = filter.parameters
        let headers = [("Accept", "text/event-stream")] + (last.map { [("Last-Event-ID", $0)] } ?? [])
        return ServiceEvents(try await stream(request, headers: headers))
    }
}

extension OutputQuery {
    /// The query of `GET /tasks/{id}/output`.
    fileprivate var parameters: [(name: String, value: String)] {
        var parameters = [(name: "limit", value: "\(limit)")]
        switch part {
        case .first: parameters.append(("part", "first"))
        case .last: break
        case .before(let cursor): parameters += [("part", "before"), ("cursor", "\(cursor)")]
        case .after(let cursor): parameters += [("part", "after"), ("cursor", "\(cursor)")]
        }
        if let stream { parameters.append(("stream", "\(stream.name)")) }
        return parameters
    }
}

/// The part of a log to return, and its form.
package struct LogRequest: Sendable {
    package typealias Format = LogQuery.Format

    package var format = Format.text
    /// The only stream; `nil` for both.
    package var stream: ProgramStream?
    /// The number of lines from the end; `nil` for all.
    package var tail: Int?
    /// `30s`, `5m`, `2h`, or a time of RFC 3339.
    package var since: String?
    /// Counted from 1; `nil` for the latest that has begun.
    package var attempt: Int?
    /// Whether to go on until the attempt has ended.
    package var follows = false
    /// Whether the program is to wait where its output would be dropped before it is read; only with ``follows``.
    package var holds = false

    package init() {}

    var parameters: [(name: String, value: String)] {
        var parameters = [(name: "format", value: format.rawValue)]
        if let stream { parameters.append(("stream", "\(stream.name)")) }
        if let tail { parameters.append(("tail", "\(tail)")) }
        if let since { parameters.append(("since", since)) }
        if let attempt { parameters.append(("attempt", "\(attempt)")) }
        if follows { parameters.append(("follow", "true")) }
        if holds { parameters.append(("hold", "true")) }
        return parameters
    }
}

/// The tasks whose events to return.
package struct EventFilter: Sendable {
    /// Only these tasks; `nil` for all.
    package var tasks: [TaskID]?
    /// Only tasks in one of these states; `nil` for all.
    package var states: Set<TaskState>?
    /// Only tasks of this type; `nil` for all.
    package var type: String?
    package var fields = RecordFields.summary

    package init() {}

    var parameters: [(name: String, value: String)] {
        var parameters: [(name: String, value: String)] = []
        if let tasks { parameters.append(("task", tasks.map(\.description).joined(separator: ","))) }
        if let states {
            let names = TaskState.allCases.filter(states.contains).map(\.rawValue)
            parameters.append(("status", names.joined(separator: ",")))
        }
        if let type { parameters.append(("task_type", type)) }
        if fields == .summary { parameters.append(("fields", "summary")) }
        return parameters
    }
}
