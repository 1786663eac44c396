import ArgumentParser
import FoundationEssentials
import SystemPackage

extension Round.Part: ExpressibleByArgument {}

/// Measures taskdeck, and any other service with the same API beside it.
@main
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "taskdeck-bench",
        abstract: "Measures taskdeck over HTTP, and another implementation of its API in turn with it.")

    @Option(help: "A shell command that starts another implementation; {port} stands for its port.")
    var against: String?

    @Option(help: "How often everything is measured, round by round.")
    var rounds = 3

    @Option(help: "How often single requests are made in a round.")
    var repetitions = 50

    @Option(help: "Further flags for taskdeck.")
    var flags = ""

    @Option(
        help: ArgumentHelp(
            "Only a part of it: \(Round.Part.allCases.map(\.rawValue).joined(separator: ", ")). (default: all, and floors)",
            valueName: "part"))
    var only: [Round.Part] = []

    @Flag(help: "Measure what 10 to 10 000 tasks cost instead.")
    var growth = false

    @Flag(help: "Print JSON instead of a table.")
    var json = false

    func validate() throws {
        guard (1...1000).contains(rounds) else { throw ValidationError("--rounds must be between 1 and 1000") }
        guard (1...100_000).contains(repetitions) else {
            throw ValidationError("--repetitions must be between 1 and 100000")
        }
        if let against, !against.contains("{port}") {
            throw ValidationError("--against must say where the port belongs: 'COMMAND --port {port}'")
        }
        if growth, against != nil { throw ValidationError("--growth measures taskdeck alone, without --against") }
    }

    func run() async throws {
        let program = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "taskdeck")
        let command = "exec '\(program.path())' --port {port} --max-running 0 \(flags)"
        let ours = Contender(name: "taskdeck", command: "\(command) --no-ui --state '{state}'")
        let ephemeral = Contender(name: "taskdeck", command: "\(command) --no-ui --ephemeral")
        let cockpit = Contender(name: "taskdeck", command: "\(command) --ephemeral")
        let machine = Machine()
        note(machine.description)
        if growth {
            let growth = try await Growth(of: cockpit, repetitions: repetitions, note: note)
            print(json ? growth.json(on: machine) : growth.table())
            return
        }

        let other = against.map { Contender(name: "other", command: $0) }
        let contenders = [ours] + (other.map { [$0] } ?? [])
        var report = Report(contenders: contenders.map(\.name), machine: machine)
        for round in 1...rounds {
            for contender in contenders {
                note("round \(round) of \(rounds): \(contender.name)")
                let parts = only.isEmpty ? Round.Part.allCases : only
                report.add(
                    try await Round(contender: contender, repetitions: repetitions, parts: parts).run(),
                    of: contender.name)
            }
            guard only.isEmpty else { continue }
            note("round \(round) of \(rounds): what only taskdeck has, and floors")
            let creates = try await Round(contender: ephemeral, repetitions: repetitions).creates()
            report.add([.createEphemeral: creates], of: ours.name)
            report.add(
                try await DashboardRound(contender: cockpit, repetitions: repetitions).run(live: 1000), of: ours.name)
            report.add(try await Floor.measured(repetitions), of: ours.name)
        }
        print(json ? report.json() : report.table())
    }

    private func note(_ text: String) {
        _ = try? FileDescriptor.standardError.writeAll((text + "\n").utf8)
    }
}
