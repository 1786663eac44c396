import JSON

/// Memory and response times by number of tasks.
struct ScalingReport {
    /// The results with one number of tasks.
    private struct Row: Sendable {
        let tasks: Int
        let areRunning: Bool
        /// The PSS of the process tree.
        let mebibytes: Double
        /// The median in milliseconds, as the following two.
        let list: Double
        let create: Double
        let keyToPaint: Double
    }

    private var rows: [Row] = []

    /// Measures with increasing numbers of tasks, finished and running.
    ///
    /// - Throws: ``BenchmarkError`` when the service behaves unexpectedly.
    init(of target: Target, repetitions: Int, log: (String) -> Void) async throws {
        let benchmark = DashboardBenchmark(target: target, repetitions: repetitions)
        for (areRunning, counts) in [(false, [10, 100, 1000, 10_000]), (true, [10, 100, 1000])] {
            for count in counts {
                log("\(count) tasks that \(areRunning ? "run" : "have ended")")
                rows.append(try await Self.row(count, areRunning: areRunning, benchmark))
            }
        }
    }

    private static func row(_ count: Int, areRunning: Bool, _ benchmark: DashboardBenchmark) async throws -> Row {
        let terminal = try PseudoTerminal()
        return try await terminal.drain {
            try await benchmark.target.run(on: terminal) { service in
                if areRunning { try await service.startTasks(count) } else { try await service.completeTasks(count) }
                try await Task.sleep(for: .seconds(1))
                let client = try service.connect()
                let lists = try LoadGenerator.run(
                    "/tasks", port: service.port, connections: 1, for: .milliseconds(500)
                ).latencies
                let memory = ResourceUsage(of: service.pid).mebibytes
                let keys = try benchmark.pressKeys(terminal)
                let creates = try (0..<benchmark.repetitions).map { _ in try client.timeToCreate() }
                return Row(
                    tasks: count, areRunning: areRunning, mebibytes: memory, list: lists.median,
                    create: Distribution(creates).median, keyToPaint: keys.median)
            }.value
        }
    }

    func table() -> String {
        var lines = [
            "| tasks | | memory (PSS), MiB | list, ms | create, ms | key to paint, ms |", "|---|---|---|---|---|---|",
        ]
        for row in rows {
            let cells = [row.mebibytes, row.list, row.create, row.keyToPaint].map(Report.text)
            lines.append(
                "| \(row.tasks) | \(row.areRunning ? "live" : "finished") | \(cells.joined(separator: " | ")) |")
        }
        return lines.joined(separator: "\n")
    }

    func json(on machine: Machine) -> String {
        let rows: [JSONValue] = rows.map { row in
            [
                "tasks": .integer(Int64(row.tasks)), "live": .bool(row.areRunning), "pss_mib": .number(row.mebibytes),
                "list_ms": .number(row.list), "create_ms": .number(row.create),
                "key_to_paint_ms": .number(row.keyToPaint),
            ]
        }
        return (["machine": .string(machine.description), "rows": .array(rows)] as JSONValue).jsonText
    }
}
