import Glibc

// Lists of running tasks that report progress all the time, requested by one client.
extension Iteration {
    /// Requests a list of 200 tasks with 200 items each, five updates a second and task.
    func progressing(_ service: RunningService) async throws -> Results {
        try await service.startTasks(200, data: HTTPConnection.progressingTask(items: 0..<200, delay: 0.2))
        let (rate, updates) = try listRate(of: 200, service)
        var results: Results = [.progressing: rate, .progressingUpdates: updates]
        // Services without summaries either refuse the parameter or ignore it.
        if try service.connect().send("GET", "/tasks?fields=summary").status == 200 {
            results[.progressingSummary] = try listRate(of: 200, service, query: "?fields=summary").requests
        }
        return results
    }

    /// Requests a list of 1000 tasks with little data, two updates a second and task.
    ///
    /// They run for 90 s, because a service may need half a minute to start them.
    func progressing1000(_ service: RunningService) async throws -> Results {
        try await service.startTasks(
            1000, data: HTTPConnection.progressingTask(items: repeatElement(0, count: 180), delay: 0.5))
        let (rate, updates) = try listRate(of: 1000, service)
        return [.progressing1000: rate, .progressing1000Updates: updates]
    }

    /// Measures lists a second, and the updates a second that the lists show.
    ///
    /// - Throws: ``BenchmarkError`` when not all tasks run until the end.
    private func listRate(
        of count: Int, _ service: RunningService, query: String = ""
    ) throws -> (requests: Distribution, updates: Distribution) {
        let client = try service.connect()
        // Excludes what is left of the tasks' start.
        sleep(1)
        let clock = ContinuousClock()
        let start = clock.now
        let before = try client.listedProgress()
        let outcome = try LoadGenerator.run(
            "/tasks" + query, port: service.port, connections: 1, for: .milliseconds(3000))
        let after = try client.listedProgress()
        let seconds = (clock.now - start).milliseconds / 1000
        guard before.running == count, after.running == count else {
            throw BenchmarkError(
                description: "\(before.running), then \(after.running) tasks were running, expected \(count)")
        }
        return (
            Distribution([outcome.requestsPerSecond]), Distribution([(after.done - before.done) / seconds])
        )
    }
}
