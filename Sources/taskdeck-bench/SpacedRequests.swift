import Glibc

// Requests to an idle service, as people and scripts send them: every thread involved sleeps and has to be woken.
extension Iteration {
    /// Measures requests, each 50 ms after the previous response.
    func spaced(_ service: RunningService) async throws -> Results {
        let client = try service.connect()
        var results = Results()
        func measure(_ metric: Metric, _ body: () throws(BenchmarkError) -> Void) throws(BenchmarkError) {
            usleep(50_000)
            results.add([metric: Distribution([try milliseconds(body)])])
        }
        for _ in 0..<repetitions {
            var id = ""
            try measure(.spacedCreate) { () throws(BenchmarkError) in id = try client.createLong() }
            try client.wait(for: id, toBe: "running", every: 5000)
            try measure(.spacedPause) { () throws(BenchmarkError) in try client.control(id, "pause") }
            usleep(50_000)
            try client.control(id, "resume")
            try measure(.spacedKill) { () throws(BenchmarkError) in try client.end(id) }
            try measure(.spacedCreateToCompleted) { () throws(BenchmarkError) in
                try client.wait(for: try client.createTrivial(), toBe: "completed", every: 200)
            }
        }
        return results
    }

    /// Counts how often threads of the service and its workers are woken by one request.
    func wakeUps(_ service: RunningService) async throws -> Results {
        let client = try service.connect()
        var results = Results()
        func count(_ metric: Metric, _ body: () throws(BenchmarkError) -> Void) throws(BenchmarkError) {
            usleep(50_000)
            let before = WakeUpCount(of: service.pid)
            try body()
            // Includes what follows the response, such as the start of the next idle worker.
            usleep(50_000)
            results.add([metric: Distribution([Double(WakeUpCount(of: service.pid).wakeUps(since: before))])])
        }
        for _ in 0..<repetitions {
            var id = ""
            try count(.wakeUpsByCreate) { () throws(BenchmarkError) in id = try client.createLong() }
            try client.wait(for: id, toBe: "running", every: 5000)
            try count(.wakeUpsByPause) { () throws(BenchmarkError) in try client.control(id, "pause") }
            try client.control(id, "resume")
            try count(.wakeUpsByKill) { () throws(BenchmarkError) in try client.end(id) }
            try count(.wakeUpsByTrivial) { () throws(BenchmarkError) in id = try client.createTrivial() }
            try client.wait(for: id, toBe: "completed", every: 5000)
        }
        return results
    }
}
