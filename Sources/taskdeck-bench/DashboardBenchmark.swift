/// Measures the dashboard on a terminal.
struct DashboardBenchmark: Sendable {
    /// A service that draws the dashboard if it has a terminal.
    let target: Target
    /// The number of key presses.
    let repetitions: Int

    /// Starts `count` long tasks and measures the dashboard beside them.
    ///
    /// - Throws: ``BenchmarkError`` when nothing is drawn after a key press.
    func run(live count: Int) async throws -> Results {
        let terminal = try PseudoTerminal()
        return try await terminal.drain {
            try await target.run(on: terminal) { service in
                try await service.startTasks(count)
                try await Task.sleep(for: .seconds(1))
                let load = try await ResourceUsage.load(of: service.pid, over: 5)
                return [.keyToPaint: try pressKeys(terminal), .dashboardCPU: Distribution([load])]
            }.value
        }
    }

    /// Moves the selection down and up again, and returns the milliseconds from each key to its first output.
    func pressKeys(_ terminal: PseudoTerminal) throws(BenchmarkError) -> Distribution {
        var times: [Double] = []
        for number in 0..<repetitions {
            guard let time = terminal.press(number.isMultiple(of: 2) ? "j" : "k") else {
                throw BenchmarkError(description: "nothing was drawn within 1 s of a key press")
            }
            times.append(time)
        }
        return Distribution(times)
    }
}
