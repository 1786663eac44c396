/// One pass over the scenarios, each with a newly started service.
struct Iteration: Sendable {
    let target: Target
    /// The number of single requests of each kind.
    let repetitions: Int
    var scenarios = Scenario.allCases

    /// What is measured with one start of the service.
    enum Scenario: String, CaseIterable, Sendable {
        case idle, alone, control, lists, progressing, progressing1000, spaced, wakeUps, trivial, many, computing
    }

    /// Runs the scenarios.
    ///
    /// - Throws: ``BenchmarkError`` when the service behaves unexpectedly.
    func run() async throws -> Results {
        var all = Results()
        for scenario in scenarios {
            let body =
                switch scenario {
                case .idle: idle
                case .alone: alone
                case .control: control
                case .lists: lists
                case .progressing: progressing
                case .progressing1000: progressing1000
                case .spaced: spaced
                case .wakeUps: wakeUps
                case .trivial: trivial
                case .many: many
                case .computing: computing
                }
            let (results, start) = try await target.run(body)
            all.add(results)
            all.add([.start: Distribution([start])])
        }
        return all
    }

    /// Measures the milliseconds until the creation of a task is acknowledged.
    func creates() async throws -> Distribution {
        try await target.run { service in try creates(by: try service.connect()) }.value
    }

    func creates(by client: HTTPConnection) throws(BenchmarkError) -> Distribution {
        try repeated { () throws(BenchmarkError) in try client.timeToCreate() }
    }

    func repeated(_ body: () throws(BenchmarkError) -> Double) throws(BenchmarkError) -> Distribution {
        var values: [Double] = []
        for _ in 0..<repetitions { values.append(try body()) }
        return Distribution(values)
    }

    private func idle(_ service: RunningService) async throws -> Results {
        try await Task.sleep(for: .seconds(1))
        let load = try await ResourceUsage.load(of: service.pid, over: 5)
        let usage = ResourceUsage(of: service.pid)
        return [
            .idleCPU: Distribution([load]), .idleMemory: Distribution([usage.mebibytes]),
            .idleAnonymousMemory: Distribution([usage.anonymousMebibytes]),
        ]
    }
}
