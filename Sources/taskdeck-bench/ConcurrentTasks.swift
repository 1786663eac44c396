// Several tasks at the same time.
extension Iteration {
    /// Completes trivial tasks, repeatedly because each time is short.
    func trivial(_ service: RunningService) async throws -> Results {
        let clock = ContinuousClock()
        var rates: [Double] = []
        for _ in 0..<5 {
            let start = clock.now
            try await service.completeTasks(200)
            rates.append(200 / ((clock.now - start).milliseconds / 1000))
        }
        return [.trivial: Distribution(rates)]
    }

    /// Starts long tasks and creates others beside them.
    func many(_ service: RunningService) async throws -> Results {
        let before = ResourceUsage(of: service.pid)
        let clock = ContinuousClock()
        let start = clock.now
        try await service.startTasks(200)
        var results: Results = [.allRunning: Distribution([(clock.now - start).milliseconds])]
        try await Task.sleep(for: .seconds(1))
        results[.waitingCPU] = Distribution([try await ResourceUsage.load(of: service.pid, over: 5)])
        let after = ResourceUsage(of: service.pid)
        results[.memoryPerTask] = Distribution([(after.mebibytes - before.mebibytes) / 200])
        results[.createBesideMany] = try creates(by: try service.connect())
        return results
    }

    /// Runs tasks that compute, and checks their results.
    func computing(_ service: RunningService) async throws -> Results {
        var results = Results()
        for (metric, clients, count) in [(Metric.computing, 1, 3), (.computingFour, 4, 4)] {
            let times = try await ConcurrentClients.share(count, among: clients, of: service) { client in
                var id = ""
                let time = try milliseconds { () throws(BenchmarkError) in
                    id = try client.create("cpu_intensive", HTTPConnection.heavyTask)
                    try client.wait(for: id, toBe: "completed", every: 1000)
                }
                try client.expectSum(of: id)
                return time
            }
            results[metric] = Distribution(times)
        }
        return results
    }
}
