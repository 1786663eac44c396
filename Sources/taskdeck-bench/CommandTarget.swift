import CLinux
import FoundationEssentials
import Glibc

/// What runs commands, to be measured.
enum CommandTarget: Sendable {
    /// A service, and the same with a log that has room for all output where there is a flag for it.
    case service(Target, keepingAll: Target? = nil)
    case peer(Peer)

    /// A program that other people use for the same, or do without.
    enum Peer: String, CaseIterable, Sendable {
        case taskSpooler = "task-spooler"
        case nq
        case shell = "sh"

        /// Where the program is; `nil` when it is not installed.
        var path: String? {
            let name = self == .taskSpooler ? "tsp" : rawValue
            let directories = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
            return directories.split(separator: ":").map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
        }
    }

    var name: String {
        switch self {
        case .service(let target, _): target.name
        case .peer(let peer): peer.rawValue
        }
    }

    /// Why it cannot be measured; `nil` if it can.
    var obstacle: String? {
        guard case .peer(let peer) = self, peer.path == nil else { return nil }
        return "\(peer.rawValue) is not installed (apt-get install \(peer.rawValue)), and left out"
    }

    /// Starts it, runs `body`, and ends it with all that it has started.
    ///
    /// - Parameter keepsAll: Whether its logs are to have room for all output.
    /// - Returns: `nil` when it cannot keep all.
    func run<Value: Sendable>(
        keepingAll keepsAll: Bool = false, _ body: @escaping @Sendable (any CommandRunner) async throws -> Value
    ) async throws -> Value? {
        switch self {
        case .service(let target, let keeping):
            guard let target = keepsAll ? keeping : target else { return nil }
            return try await target.run { service in
                try await body(ServiceCommands(service: service, token: try service.token(of: target.name)))
            }.value
        case .peer(let peer): return try await peer.run(body)
        }
    }
}

extension CommandTarget.Peer {
    fileprivate func run<Value: Sendable>(_ body: (any CommandRunner) async throws -> Value) async throws -> Value {
        let directory = FileManager.default.temporaryDirectory.appending(path: "taskdeck-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        // Jobs that are no child of what runs them become this process's, which measures, ends and reaps them.
        _ = linux_become_subreaper()
        defer { ProcessTree.endDescendants() }
        let runner = try runner(in: directory.path())
        let result = await Swift.Result { () async throws in try await body(runner) }
        runner.end()
        return try result.get()
    }

    /// - Parameter directory: An empty one for its files.
    /// - Throws: ``BenchmarkError`` when it does not start.
    func runner(in directory: String) throws(BenchmarkError) -> any CommandRunner {
        switch self {
        case .taskSpooler: try TaskSpooler(in: directory)
        case .nq: NQ(directory: directory)
        case .shell: Shells(directory: directory)
        }
    }
}

extension ProcessTree {
    /// All processes below this one.
    static func descendants() -> Set<Int32> { Set(ProcessTree(root: getpid()).pids).subtracting([getpid()]) }

    /// Kills and reaps all processes below this one.
    fileprivate static func endDescendants() {
        for pid in descendants() { kill(pid, SIGKILL) }
        var status: Int32 = 0
        while waitpid(-1, &status, 0) > 0 || errno == EINTR {}
    }
}
