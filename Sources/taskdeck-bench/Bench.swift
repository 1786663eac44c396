import ArgumentParser
import FoundationEssentials
import SystemPackage

extension Iteration.Scenario: ExpressibleByArgument {}

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
            "Run only some scenarios: \(Iteration.Scenario.allCases.map(\.rawValue).joined(separator: ", ")). (default: all, and floors)",
            valueName: "scenario"))
    var only: [Iteration.Scenario] = []

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
        let targets = [ours] + others
        var report = Report(targets: targets.map(\.name), machine: machine)
        for round in 1...rounds {
            for target in targets {
                log("round \(round) of \(rounds): \(target.name)")
                let scenarios = only.isEmpty ? Iteration.Scenario.allCases : only
                report.add(
                    try await Iteration(target: target, repetitions: repetitions, scenarios: scenarios).run(),
                    of: target.name)
            }
            guard only.isEmpty else { continue }
            log("round \(round) of \(rounds): ephemeral store, dashboard and floors")
            let creates = try await Iteration(target: ephemeral, repetitions: repetitions).creates()
            report.add([.createEphemeral: creates], of: ours.name)
            report.add(
                try await DashboardBenchmark(target: dashboard, repetitions: repetitions).run(live: 1000), of: ours.name
            )
            report.add(try await MachineLimits.measure(repetitions), of: ours.name)
        }
        print(json ? report.json() : report.table())
    }

    private func log(_ text: String) {
        _ = try? FileDescriptor.standardError.writeAll((text + "\n").utf8)
    }
}
