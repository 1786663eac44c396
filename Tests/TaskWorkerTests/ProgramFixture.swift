import Glibc
import SystemPackage
import TestSupport
import Testing

/// A program under test in a worker of its own, which the tests' process must not be: it would adopt processes of others.
struct ProgramFixture {
    let worker: RunningProgram
    let processes: MarkedProcesses

    /// Runs a program, and `body` beside it.
    ///
    /// - Parameters:
    ///   - supervised: whether the worker has a supervisor, which ends what the worker leaves.
    ///   - options: see `FixtureWorker`.
    /// - Returns: The lines of the fixture.
    @discardableResult
    static func run(
        _ program: [String], supervised: Bool = false, options: [String] = [],
        body: @Sendable (ProgramFixture) async throws -> Void = { _ in }
    ) async throws -> [String] {
        let processes = MarkedProcesses()
        let lines = LineBox()
        _ = try await RunningProgram.run(
            BuiltProducts.programFixture,
            [supervised ? "supervise" : "run", "--mark", processes.mark] + options + program
        ) { worker in
            try await body(ProgramFixture(worker: worker, processes: processes))
            await lines.set(worker.output.allAtEnd())
        }
        #expect(try await processes.pids == [], "left of \(program)")
        return await lines.lines
    }

    private actor LineBox {
        private(set) var lines: [String] = []
        func set(_ lines: [String]) { self.lines = lines }
    }

    /// The pid in the line `forked PID START SESSION`.
    func leader() async throws -> Int32 {
        try await number(in: worker.output.line(with: "forked"))
    }

    /// The pid in the line `worker PID` of a supervisor.
    func supervisedWorker() async throws -> Int32 {
        try await number(in: worker.output.line(with: "worker"))
    }

    private func number(in line: String) throws -> Int32 {
        let words = line.split(separator: " ")
        return try #require(words.count > 1 ? Int32(words[1]) : nil)
    }

    func pause() async throws {
        let count = await worker.output.all.count { $0.contains("paused") }
        try await worker.write(line: "pause")
        let line = try await worker.output.line(count + 1, with: "paused")
        #expect(line.hasPrefix("paused true"))
    }

    func resume() async throws {
        let count = await worker.output.all.count { $0.contains("resumed") }
        try await worker.write(line: "resume")
        let line = try await worker.output.line(count + 1, with: "resumed")
        #expect(line == "resumed true")
    }
}
