/// Measures the dashboard on a terminal.
struct DashboardRound: Sendable {
    /// A service that draws when it has a terminal.
    let contender: Contender
    /// How often a key is pressed.
    let repetitions: Int

    /// Starts a number of tasks that live and measures what they cost the dashboard.
    ///
    /// - Throws: ``Failure`` when a key is without effect.
    func run(live count: Int) async throws -> Measurements {
        let screen = try Screen()
        return try await screen.watch {
            try await contender.run(on: screen) { service in
                try await service.startTasks(count)
                try await Task.sleep(for: .seconds(1))
                let load = try await Footprint.load(of: service.pid, over: 5)
                return [.keyToPaint: try pressKeys(screen), .dashboardCPU: Sample([load])]
            }.value
        }
    }

    /// Moves through the table, down and up again.
    func pressKeys(_ screen: Screen) throws(Failure) -> Sample {
        var times: [Double] = []
        for number in 0..<repetitions {
            guard let time = screen.press(number.isMultiple(of: 2) ? "j" : "k") else {
                throw Failure(description: "nothing was drawn within a second of a key")
            }
            times.append(time)
        }
        return Sample(times)
    }
}
