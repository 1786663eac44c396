import ArgumentParser
import FoundationEssentials
import SystemPackage

/// Measures taskdeck, and other services with the same API beside it.
@main
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "taskdeck-bench",
        abstract: "Measures taskdeck over HTTP, alternating with other implementations of its API.")

    @Option(
        help: """
            A shell command that starts another implementation, or another build. {port} stands for its port, {state} for \
            a state directory. May be repeated.
            """)
    var against: [String] = []

    @Option(help: "The taskdeck to measure. (default: the one beside taskdeck-bench)")
    var program: String?

    @Option(help: "The number of passes over all measurements.")
    var rounds = 3

    @Option(help: "The number of single requests of each kind in a round.")
    var repetitions = 50

    @Option(help: "Additional flags for taskdeck.")
    var flags = ""

    @Option(
        help: ArgumentHelp(
            "Run only some scenarios: \(Scenario.all.map(\.name).joined(separator: ", ")). (default: all, and floors)",
            discussion: """
                Those of commands compare with task-spooler, nq and a shell, as far as they are installed, and with other builds \
                of taskdeck that have their state in {state}.
                """,
            valueName: "scenario"))
    var only: [Scenario] = []

    @Flag(help: "Measure memory and response times with 10 to 10 000 tasks instead.")
    var growth = false

    @Flag(help: "Print JSON instead of a table.")
    var json = false

    func validate() throws {
        guard (1...1000).contains(rounds) else { throw ValidationError("--rounds must be between 1 and 1000") }
        guard (1...100_000).contains(repetitions) else {
            throw ValidationError("--repetitions must be between 1 and 100000")
        }
        if !against.allSatisfy({ $0.contains("{port}") }) {
            throw ValidationError("--against must contain {port}: 'COMMAND --port {port}'")
        }
        if growth, !against.isEmpty { throw ValidationError("--growth measures taskdeck alone, without --against") }
    }

    func run() async throws {
        let directory = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        let program = program ?? directory.appending(path: "taskdeck").path()
        let command = "exec '\(program)' --port {port} --max-running 0 \(flags)"
        let ours = Target(name: "taskdeck", command: "\(command) --no-ui --state '{state}'")
        let ephemeral = Target(name: "taskdeck", command: "\(command) --no-ui --ephemeral")
        let dashboard = Target(name: "taskdeck", command: "\(command) --ephemeral")
        let machine = Machine()
        log(machine.description)
        if growth {
            let report = try await ScalingReport(of: dashboard, repetitions: repetitions, log: log)
            print(json ? report.json(on: machine) : report.table())
            return
        }

        let others = against.enumerated().map { index, command in
            Target(name: index == 0 ? "other" : "other \(index + 1)", command: command)
        }
        let scenarios = only.isEmpty ? Scenario.all : only
        let reports = [
            try await services([ours] + others, ephemeral, dashboard, scenarios.compactMap(\.ofServices), machine),
            try await commands(
                [.service(ours, keepingAll: Target(name: ours.name, command: ours.command + " --log-limit 2G"))]
                    + others.filter { $0.command.contains("{state}") }.map { .service($0) }
                    + CommandTarget.Peer.allCases.map { .peer($0) }, scenarios.compactMap(\.ofCommands), machine),
        ].compactMap(\.self)
        print(json ? Report.json(reports) : reports.map { $0.table() }.joined(separator: "\n\n"))
    }

    private func services(
        _ targets: [Target], _ ephemeral: Target, _ dashboard: Target, _ scenarios: [Iteration.Scenario],
        _ machine: Machine
    ) async throws -> Report? {
        guard !scenarios.isEmpty else { return nil }
        let ours = targets[0].name
        var report = Report(targets: targets.map(\.name), machine: machine)
        for round in 1...rounds {
            for target in targets {
                log("round \(round) of \(rounds): \(target.name)")
                report.add(
                    try await Iteration(target: target, repetitions: repetitions, scenarios: scenarios).run(),
                    of: target.name)
            }
            guard only.isEmpty else { continue }
            log("round \(round) of \(rounds): ephemeral store, dashboard and floors")
            let creates = try await Iteration(target: ephemeral, repetitions: repetitions).creates()
            report.add([.createEphemeral: creates], of: ours)
            report.add(
                try await DashboardBenchmark(target: dashboard, repetitions: repetitions).run(live: 1000), of: ours)
            report.add(try await MachineLimits.measure(repetitions), of: ours)
        }
        return report
    }

    private func commands(
        _ targets: [CommandTarget], _ scenarios: [CommandIteration.Scenario], _ machine: Machine
    ) async throws -> Report? {
        guard !scenarios.isEmpty else { return nil }
        for obstacle in targets.compactMap(\.obstacle) { log(obstacle) }
        let targets = targets.filter { $0.obstacle == nil }
        var report = Report(targets: targets.map(\.name), machine: machine)
        for round in 1...rounds {
            for target in targets {
                log("round \(round) of \(rounds): commands by \(target.name)")
                report.add(
                    try await CommandIteration(target: target, repetitions: repetitions, scenarios: scenarios).run(),
                    of: target.name)
            }
        }
        return report
    }

    private func log(_ text: String) {
        _ = try? FileDescriptor.standardError.writeAll((text + "\n").utf8)
    }
}
