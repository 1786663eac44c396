/// Measures one contender once, part by part, each with a service that has just been started.
struct Round: Sendable {
    let contender: Contender
    /// How often single requests are made.
    let repetitions: Int
    var parts = Part.allCases

    /// What is measured with one start of the service.
    enum Part: String, CaseIterable, Sendable {
        case idle, alone, control, lists, trivial, many, computing
    }

    /// - Throws: ``Failure`` when the service does not do what it should.
    func run() async throws -> Measurements {
        var all = Measurements()
        for part in parts {
            let body =
                switch part {
                case .idle: idle
                case .alone: alone
                case .control: control
                case .lists: lists
                case .trivial: trivial
                case .many: many
                case .computing: computing
                }
            let (measurements, start) = try await contender.run(body)
            all.add(measurements)
            all.add([.start: Sample([start])])
        }
        return all
    }

    /// Milliseconds until a new task is acknowledged.
    func creates() async throws -> Sample {
        try await contender.run { service in try creates(by: try service.connect()) }.value
    }

    private func creates(by client: HTTPConnection) throws(Failure) -> Sample {
        try repeated { () throws(Failure) in try client.timeToCreate() }
    }

    private func repeated(_ body: () throws(Failure) -> Double) throws(Failure) -> Sample {
        var values: [Double] = []
        for _ in 0..<repetitions { values.append(try body()) }
        return Sample(values)
    }

    // MARK: - Parts

    private func idle(_ service: RunningService) async throws -> Measurements {
        try await Task.sleep(for: .seconds(1))
        let load = try await Footprint.load(of: service.pid, over: 5)
        return [.idleCPU: Sample([load]), .idleMemory: Sample([Footprint(of: service.pid).mebibytes])]
    }

    /// One client, one task at a time.
    private func alone(_ service: RunningService) async throws -> Measurements {
        let client = try service.connect()
        var measurements = Measurements()
        measurements[.createToRunning] = try repeated { () throws(Failure) in
            var id = ""
            let time = try milliseconds { () throws(Failure) in
                id = try client.createLong()
                try client.wait(for: id, toBe: "running")
            }
            try client.end(id)
            return time
        }
        measurements[.createToCompleted] = try repeated { () throws(Failure) in
            try milliseconds { () throws(Failure) in
                try client.wait(for: try client.createTrivial(), toBe: "completed")
            }
        }
        measurements[.create] = try creates(by: client)
        return measurements
    }

    /// What is asked of a task that runs.
    private func control(_ service: RunningService) async throws -> Measurements {
        let client = try service.connect()
        var measurements = Measurements()
        let id = try client.createLong()
        try client.wait(for: id, toBe: "running")
        measurements[.detail] = try repeated { () throws(Failure) in
            try milliseconds { () throws(Failure) in _ = try client.send("GET", "/tasks/\(id)?detail=true") }
        }
        var resumes: [Double] = []
        measurements[.pause] = try repeated { () throws(Failure) in
            let time = try milliseconds { () throws(Failure) in try client.control(id, "pause") }
            resumes.append(try milliseconds { () throws(Failure) in try client.control(id, "resume") })
            return time
        }
        measurements[.resume] = Sample(resumes)
        try client.end(id)
        for (measurement, gracefully) in [(Measurement.terminate, true), (.kill, false)] {
            measurements[measurement] = try repeated { () throws(Failure) in
                let id = try client.createLong()
                try client.wait(for: id, toBe: "running")
                return try milliseconds { () throws(Failure) in try client.end(id, gracefully: gracefully) }
            }
        }
        return measurements
    }

    /// Requests a second, with growing numbers of finished tasks.
    private func lists(_ service: RunningService) async throws -> Measurements {
        var measurements = Measurements()
        var count = 0
        let sizes: [(Int, Measurement, Measurement)] = [
            (0, .list0, .list0Latency), (100, .list100, .list100Latency), (1000, .list1000, .list1000Latency),
            (10_000, .list10000, .list10000Latency),
        ]
        for (size, rate, latency) in sizes {
            try await service.completeTasks(size - count)
            count = size
            let result = try Load.run("/tasks", port: service.port)
            measurements[rate] = Sample([result.requestsPerSecond])
            measurements[latency] = result.latencies
            if size == 1000 {
                let client = try service.connect()
                let last = try client.createTrivial()
                count += 1
                try client.wait(for: last, toBe: "completed")
                let result = try Load.run("/tasks/\(last)", port: service.port)
                measurements[.getOne] = Sample([result.requestsPerSecond])
                measurements[.getOneLatency] = result.latencies
            }
        }
        return measurements
    }

    /// More than once, since each time is over in a moment.
    private func trivial(_ service: RunningService) async throws -> Measurements {
        let clock = ContinuousClock()
        var rates: [Double] = []
        for _ in 0..<5 {
            let start = clock.now
            try await service.completeTasks(200)
            rates.append(200 / ((clock.now - start).milliseconds / 1000))
        }
        return [.trivial: Sample(rates)]
    }

    /// Many tasks at the same time.
    private func many(_ service: RunningService) async throws -> Measurements {
        let alone = Footprint(of: service.pid)
        let clock = ContinuousClock()
        let start = clock.now
        try await service.startTasks(200)
        var measurements: Measurements = [.allRunning: Sample([(clock.now - start).milliseconds])]
        try await Task.sleep(for: .seconds(1))
        measurements[.waitingCPU] = Sample([try await Footprint.load(of: service.pid, over: 5)])
        let together = Footprint(of: service.pid)
        measurements[.memoryPerTask] = Sample([(together.mebibytes - alone.mebibytes) / 200])
        measurements[.createBesideMany] = try creates(by: try service.connect())
        return measurements
    }

    /// The work itself.
    private func computing(_ service: RunningService) async throws -> Measurements {
        var measurements = Measurements()
        for (measurement, clients, count) in [(Measurement.computing, 1, 3), (.computingFour, 4, 4)] {
            let times = try await Crowd.share(count, among: clients, of: service) { client in
                var id = ""
                let time = try milliseconds { () throws(Failure) in
                    id = try client.create("cpu_intensive", HTTPConnection.heavyTask)
                    try client.wait(for: id, toBe: "completed", every: 1000)
                }
                try client.expectSum(of: id)
                return time
            }
            measurements[measurement] = Sample(times)
        }
        return measurements
    }
}

extension RunningService {
    /// Has 16 clients create tasks and see each to its end.
    func completeTasks(_ count: Int) async throws {
        _ = try await Crowd.share(count, among: 16, of: self) { client in
            try milliseconds { () throws(Failure) in
                try client.wait(for: try client.createTrivial(), toBe: "completed", every: 5000)
            }
        }
    }

    /// Has 16 clients create long tasks, and returns once all run.
    func startTasks(_ count: Int) async throws {
        let service = self
        _ = try await Crowd.run(16) { client in
            let connection = try service.connect()
            var ids: [String] = []
            for _ in stride(from: client, to: count, by: 16) { ids.append(try connection.createLong()) }
            for id in ids { try connection.wait(for: id, toBe: "running", every: 5000) }
            return []
        }
    }
}
