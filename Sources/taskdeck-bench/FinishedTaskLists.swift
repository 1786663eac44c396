extension Iteration {
    /// Requests lists of increasing numbers of finished tasks.
    func lists(_ service: RunningService) async throws -> Results {
        var results = Results()
        var count = 0
        let sizes: [(Int, Metric, Metric)] = [
            (0, .list0, .list0Latency), (100, .list100, .list100Latency), (1000, .list1000, .list1000Latency),
            (10_000, .list10000, .list10000Latency),
        ]
        for (size, rate, latency) in sizes {
            try await service.completeTasks(size - count)
            count = size
            let outcome = try LoadGenerator.run("/tasks", port: service.port)
            results[rate] = Distribution([outcome.requestsPerSecond])
            results[latency] = outcome.latencies
            if size == 1000 {
                let client = try service.connect()
                let last = try client.createTrivial()
                count += 1
                try client.wait(for: last, toBe: "completed")
                let outcome = try LoadGenerator.run("/tasks/\(last)", port: service.port)
                results[.getOne] = Distribution([outcome.requestsPerSecond])
                results[.getOneLatency] = outcome.latencies
            }
        }
        return results
    }
}
