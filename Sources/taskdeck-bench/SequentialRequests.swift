// One client, one request after the other.
extension Iteration {
    /// Creates tasks, one at a time.
    func alone(_ service: RunningService) async throws -> Results {
        let client = try service.connect()
        var results = Results()
        results[.createToRunning] = try repeated { () throws(BenchmarkError) in
            var id = ""
            let time = try milliseconds { () throws(BenchmarkError) in
                id = try client.createLong()
                try client.wait(for: id, toBe: "running")
            }
            try client.end(id)
            return time
        }
        results[.createToCompleted] = try repeated { () throws(BenchmarkError) in
            try milliseconds { () throws(BenchmarkError) in
                try client.wait(for: try client.createTrivial(), toBe: "completed")
            }
        }
        results[.create] = try creates(by: client)
        return results
    }

    /// Controls and ends a running task.
    func control(_ service: RunningService) async throws -> Results {
        let client = try service.connect()
        var results = Results()
        let id = try client.createLong()
        try client.wait(for: id, toBe: "running")
        results[.detail] = try repeated { () throws(BenchmarkError) in
            try milliseconds { () throws(BenchmarkError) in _ = try client.send("GET", "/tasks/\(id)?detail=true") }
        }
        var resumes: [Double] = []
        results[.pause] = try repeated { () throws(BenchmarkError) in
            let time = try milliseconds { () throws(BenchmarkError) in try client.control(id, "pause") }
            resumes.append(try milliseconds { () throws(BenchmarkError) in try client.control(id, "resume") })
            return time
        }
        results[.resume] = Distribution(resumes)
        try client.end(id)
        for (metric, gracefully) in [(Metric.terminate, true), (.kill, false)] {
            results[metric] = try repeated { () throws(BenchmarkError) in
                let id = try client.createLong()
                try client.wait(for: id, toBe: "running")
                return try milliseconds { () throws(BenchmarkError) in try client.end(id, gracefully: gracefully) }
            }
        }
        return results
    }
}
