import FoundationEssentials

/// One pass over the scenarios of commands, each with newly started programs.
struct CommandIteration: Sendable {
    let target: CommandTarget
    /// The number of single commands.
    let repetitions: Int
    let scenarios: [Scenario]

    enum Scenario: String, CaseIterable, Sendable {
        case commands, commandMemory, commandOutput
    }

    /// Runs the scenarios.
    ///
    /// - Throws: ``BenchmarkError`` when a command fails, or cannot be run.
    func run() async throws -> Results {
        var all = Results()
        for scenario in scenarios {
            switch scenario {
            case .commands: all.add(try await commands())
            case .commandMemory: all.add(try await memory())
            case .commandOutput: all.add(try await output())
            }
        }
        return all
    }

    /// Runs a command that does nothing, one at a time and by several clients.
    private func commands() async throws -> Results {
        let command = ["/bin/true"]
        let alone = try await target.run { [repetitions] runner in
            let client = try runner.connect(0)
            return try (0..<repetitions).map { _ in
                try milliseconds { () throws(BenchmarkError) in try client.run(command) }
            }
        }
        let clients = 16
        let count = 200
        let rates = try await target.run { runner in
            let clock = ContinuousClock()
            var rates: [Double] = []
            for _ in 0..<5 {
                let start = clock.now
                _ = try await ConcurrentClients.run(clients) { number in
                    let client = try runner.connect(number)
                    for _ in stride(from: number, to: count, by: clients) { try client.run(command) }
                    return []
                }
                rates.append(Double(count) / ((clock.now - start).milliseconds / 1000))
            }
            return rates
        }
        return [.command: Distribution(alone ?? []), .commandMany: Distribution(rates ?? [])]
    }

    /// Measures the memory of what keeps a command running, without the command itself.
    private func memory() async throws -> Results {
        // A shell that only starts programs has nothing for each.
        if case .peer(.shell) = target { return [:] }
        let count = 50
        let memory = try await target.run { runner in
            let before = ResourceUsage(of: runner.processes())
            for number in 0..<count { try runner.connect(number).start(["/bin/sleep", "60"]) }
            let limit = ContinuousClock.now + .seconds(10)
            func sleepers() -> Set<Int32> { runner.processes().filter { ProcessTree.name(of: $0) == "sleep" } }
            while sleepers().count < count {
                guard ContinuousClock.now < limit else {
                    throw BenchmarkError(description: "only \(sleepers().count) of \(count) commands run after 10 s")
                }
                try await Task.sleep(for: .milliseconds(20))
            }
            // What follows the start.
            try await Task.sleep(for: .seconds(1))
            let after = ResourceUsage(of: runner.processes().subtracting(sleepers()))
            return (after.mebibytes - before.mebibytes) / Double(count)
        }
        return [.commandMemory: Distribution(memory.map { [$0] } ?? [])]
    }

    /// Measures how fast a command can write.
    private func output() async throws -> Results {
        var results = Results()
        let command = OutputCommand(bytes: 1_000_000_000)
        for (metric, keepsAll) in [(Metric.commandOutput, false), (.commandOutputKept, true)] {
            // Peers keep all there is.
            if case .peer = target, !keepsAll { continue }
            let rate = try await target.run(keepingAll: keepsAll) { runner in
                let client = try runner.connect(0)
                let time = try milliseconds { () throws(BenchmarkError) in try client.write(command) }
                return Double(command.bytes) / 1000 / time
            }
            if let rate { results[metric] = Distribution([rate]) }
        }
        return results
    }
}
