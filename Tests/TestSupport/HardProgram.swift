import FoundationEssentials
import SystemPackage

/// Programs that are hard to end, to pause and to find.
package enum HardProgram: String, CaseIterable, Sendable {
    case fork, doubleFork, setsid, nohup, ignoresSignals, stopsItself, closesDescriptors, spawns, waitsInVfork
    case firstThreadEnds, shell, chain, chains, storm

    private static let requestedSize = ProcessInfo.processInfo.environment["TASKDECK_STORM"].flatMap { Int($0) }

    /// The processes of a storm.
    private static let stormSize = requestedSize ?? 100

    /// Whether the environment requests all programs in all ways, which delays what is tested at the same time.
    package static let isRequested = requestedSize != nil

    /// One that each run of the tests ends in every way; all of them on request.
    package static let selected: [HardProgram] = isRequested ? allCases : [.doubleFork]

    /// Its command line; it writes `ready` when all of it is there.
    package var command: [String] {
        let program = BuiltProducts.hardProgram.string
        return switch self {
        case .fork: [program, "fork"]
        case .doubleFork: [program, "double-fork"]
        case .setsid: [program, "setsid"]
        case .nohup: ["/bin/sh", "-c", "nohup \(program) fork & exec \(program) fork"]
        case .ignoresSignals: [program, "ignore"]
        case .stopsItself: [program, "stop"]
        case .closesDescriptors: [program, "close"]
        case .spawns: [program, "spawn"]
        case .waitsInVfork: [program, "vfork"]
        case .firstThreadEnds: [program, "thread"]
        case .shell: ["/bin/sh", "-c", "echo ready; sleep 600 & sleep 600"]
        case .chain: [program, "chain", "1"]
        case .chains: [program, "chain", "\(max(3, Self.stormSize / 100))"]
        case .storm: [program, "storm", "\(Self.stormSize)"]
        }
    }

    /// Whether it forks all the time.
    package var isStorm: Bool { self == .chain || self == .chains || self == .storm }

    /// Whether the stop signal alone does not end it.
    package var isStubborn: Bool { self == .ignoresSignals || isStorm }
}
