import Glibc
import Subprocess
package import SystemPackage

/// A program under test, while it runs.
package struct RunningProgram: Sendable {
    package let pid: Int32
    package let output: LineLog
    package let errors: LineLog
    private let sendSignal: @Sendable (UnixSignal) -> Void
    private let write: @Sendable (String) async throws -> Void
    private let closeInput: @Sendable () async throws -> Void

    package func send(_ signal: UnixSignal) {
        sendSignal(signal)
    }

    package func write(line: String) async throws {
        try await write(line + "\n")
    }

    package func endInput() async throws {
        try await closeInput()
    }

    /// Runs a program, and `body` beside it, once it is the test's turn; kills it when `body` throws.
    ///
    /// - Parameters:
    ///   - createsSession: whether it leads a session of its own.
    ///   - body: uses the program, and ends it.
    /// - Returns: How the program ended.
    package static func run(
        _ path: FilePath, _ arguments: [String] = [], environment: [String: String?] = [:],
        createsSession: Bool = false, body: @Sendable (RunningProgram) async throws -> Void
    ) async throws -> ProcessEnd {
        // Writing to a program that has ended must not end the tests.
        signal(SIGPIPE, SIG_IGN)
        var options = PlatformOptions()
        options.teardownSequence = []
        options.createSession = createsSession
        let variables = Dictionary(
            uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0.key), $0.value) })
        let configuration = Configuration(
            executable: .path(path), arguments: Arguments(arguments), environment: .inherit.updating(variables),
            platformOptions: options)
        return try await ProgramSlots.withSlot { try await run(configuration, body) }
    }

    private static func run(
        _ configuration: Configuration, _ body: @Sendable (RunningProgram) async throws -> Void
    ) async throws -> ProcessEnd {
        let result = try await Subprocess.run(
            configuration, input: .inputWriter, output: .sequence, error: .sequence
        ) { execution in
            let program = RunningProgram(
                pid: execution.processIdentifier.value, output: LineLog(), errors: LineLog(),
                // Fails if the program has ended, which tests may ignore.
                sendSignal: { try? execution.send(signal: Signal(rawValue: $0.number)) },
                write: { _ = try await execution.standardInputWriter.write($0) },
                closeInput: { try await execution.standardInputWriter.finish() })
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await program.output.read(execution.standardOutput) }
                group.addTask { try await program.errors.read(execution.standardError) }
                do {
                    try await body(program)
                } catch {
                    program.send(.kill)
                    throw error
                }
                try await group.waitForAll()
            }
        }
        switch result.terminationStatus {
        case .exited(let code): return .exited(code)
        case .signaled(let number): return .signaled(number)
        }
    }
}

/// How a program under test ended.
package enum ProcessEnd: Sendable, Equatable {
    case exited(Int32)
    case signaled(Int32)
}

/// The signals that tests send.
package enum UnixSignal: Sendable, CaseIterable {
    case interrupt, terminate, kill, hangUp, quit, segmentationFault, abort, resume
    case user1, user2, alarm, virtualAlarm, profiling, io, power, fileSize, pipe, stackFault, realTime
    /// The signals that the C library reserves for itself.
    case libraryCancel, librarySetID

    var number: Int32 {
        switch self {
        case .interrupt: SIGINT
        case .terminate: SIGTERM
        case .kill: SIGKILL
        case .hangUp: SIGHUP
        case .quit: SIGQUIT
        case .segmentationFault: SIGSEGV
        case .abort: SIGABRT
        case .resume: SIGCONT
        case .user1: SIGUSR1
        case .user2: SIGUSR2
        case .alarm: SIGALRM
        case .virtualAlarm: SIGVTALRM
        case .profiling: SIGPROF
        case .io: SIGPOLL
        case .power: SIGPWR
        case .fileSize: SIGXFSZ
        case .pipe: SIGPIPE
        case .stackFault: SIGSTKFLT
        case .realTime: __libc_current_sigrtmin()
        case .libraryCancel: 32
        case .librarySetID: 33
        }
    }
}

extension LineLog {
    fileprivate func read(_ stream: SubprocessOutputSequence) async throws {
        defer { finish() }
        for try await line in stream.strings(bufferingPolicy: .unbounded) { append(line) }
    }
}
