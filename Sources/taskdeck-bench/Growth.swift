import JSON

/// What more tasks cost: a table by their number.
struct Growth {
    /// With so many tasks.
    private struct Row: Sendable {
        let tasks: Int
        let areLive: Bool
        /// Of the whole tree, PSS.
        let mebibytes: Double
        /// Medians, in milliseconds.
        let list: Double
        let create: Double
        let keyToPaint: Double
    }

    private var rows: [Row] = []

    /// Measures with growing numbers of tasks, finished and alive.
    ///
    /// - Throws: ``Failure`` when the service does not do what it should.
    init(of contender: Contender, repetitions: Int, note: (String) -> Void) async throws {
        let round = DashboardRound(contender: contender, repetitions: repetitions)
        for (areLive, counts) in [(false, [10, 100, 1000, 10_000]), (true, [10, 100, 1000])] {
            for count in counts {
                note("\(count) tasks that \(areLive ? "live" : "have ended")")
                rows.append(try await Self.row(count, areLive: areLive, round))
            }
        }
    }

    private static func row(_ count: Int, areLive: Bool, _ round: DashboardRound) async throws -> Row {
        let screen = try Screen()
        return try await screen.watch {
            try await round.contender.run(on: screen) { service in
                if areLive { try await service.startTasks(count) } else { try await service.completeTasks(count) }
                try await Task.sleep(for: .seconds(1))
                let client = try service.connect()
                let lists = try Load.run(
                    "/tasks", port: service.port, connections: 1, for: .milliseconds(500)
                ).latencies
                let memory = Footprint(of: service.pid).mebibytes
                let keys = try round.pressKeys(screen)
                let creates = try (0..<round.repetitions).map { _ in try client.timeToCreate() }
                return Row(
                    tasks: count, areLive: areLive, mebibytes: memory, list: lists.median,
                    create: Sample(creates).median, keyToPaint: keys.median)
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
                "| \(row.tasks) | \(row.areLive ? "live" : "finished") | \(cells.joined(separator: " | ")) |")
        }
        return lines.joined(separator: "\n")
    }

    func json(on machine: Machine) -> String {
        let rows: [JSONValue] = rows.map { row in
            [
                "tasks": .integer(Int64(row.tasks)), "live": .bool(row.areLive), "pss_mib": .number(row.mebibytes),
                "list_ms": .number(row.list), "create_ms": .number(row.create),
                "key_to_paint_ms": .number(row.keyToPaint),
            ]
        }
        return (["machine": .string(machine.description), "rows": .array(rows)] as JSONValue).jsonText
    }
}
