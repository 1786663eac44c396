import ArgumentParser

/// A scenario as `--only` names it.
enum Scenario: Hashable, ExpressibleByArgument {
    case service(Iteration.Scenario)
    case commands(CommandIteration.Scenario)

    static let all =
        Iteration.Scenario.allCases.map(Scenario.service) + CommandIteration.Scenario.allCases.map(Scenario.commands)

    init?(argument: String) {
        guard let scenario = Self.all.first(where: { $0.name == argument }) else { return nil }
        self = scenario
    }

    var name: String {
        switch self {
        case .service(let scenario): scenario.rawValue
        case .commands(let scenario): scenario.rawValue
        }
    }

    var ofServices: Iteration.Scenario? { if case .service(let scenario) = self { scenario } else { nil } }
    var ofCommands: CommandIteration.Scenario? { if case .commands(let scenario) = self { scenario } else { nil } }
}
