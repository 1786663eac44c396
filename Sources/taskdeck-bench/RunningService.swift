import FoundationEssentials

/// A service while it runs.
struct RunningService: Sendable {
    let port: Int
    let pid: Int32
    /// The state directory, where the service has one.
    let state: String

    /// - Throws: ``BenchmarkError`` when the service does not listen.
    func connect() throws(BenchmarkError) -> HTTPConnection { try HTTPConnection(port: port) }

    /// Reads the token that grants full access.
    ///
    /// - Throws: ``BenchmarkError`` when the service has none in its state directory.
    func token(of name: String) throws(BenchmarkError) -> String {
        guard let text = try? String(contentsOfFile: "\(state)/token", encoding: .utf8) else {
            throw BenchmarkError(description: "\(name) runs no commands: there is no token in its state directory")
        }
        return String(text.prefix { !$0.isWhitespace })
    }

    /// Returns once the service answers a request.
    ///
    /// - Throws: ``BenchmarkError`` when it has not answered in time.
    func waitUntilOpen(
        within limit: Duration, since start: ContinuousClock.Instant, _ name: String
    ) async throws {
        while true {
            // Polled: the services have no common way to report that their port is open.
            if let response = try? connect().send("GET", "/tasks"), response.status == 200 { return }
            guard ContinuousClock.now - start < limit else {
                throw BenchmarkError(description: "\(name) did not answer GET /tasks on port \(port) within \(limit)")
            }
            try await Task.sleep(for: .microseconds(500))
        }
    }

    /// Creates trivial tasks by 16 clients, each of which waits for its task to complete before the next one.
    func completeTasks(_ count: Int) async throws {
        _ = try await ConcurrentClients.share(count, among: 16, of: self) { client in
            try milliseconds { () throws(BenchmarkError) in
                try client.wait(for: try client.createTrivial(), toBe: "completed", every: 5000)
            }
        }
    }

    /// Creates tasks by 16 clients, and returns once all of them run.
    ///
    /// - Parameter data: The `task_data` of `process_data`.
    func startTasks(_ count: Int, data: String = HTTPConnection.longTask) async throws {
        let service = self
        _ = try await ConcurrentClients.run(16) { client in
            let connection = try service.connect()
            var ids: [String] = []
            for _ in stride(from: client, to: count, by: 16) {
                ids.append(try connection.create("process_data", data))
            }
            for id in ids { try connection.wait(for: id, toBe: "running", every: 5000) }
            return []
        }
    }
}
