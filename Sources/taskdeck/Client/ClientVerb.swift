import ArgumentParser
import CLinux
import Glibc
import NIOPosix
import SystemPackage
import TaskClient
import TaskModel
import TaskSupervisor

/// A verb that sends requests to a service.
///
/// It sets up nothing that only the service needs.
protocol ClientVerb: ParsableCommand, Sendable {
    var connection: ConnectionOptions { get }
    /// The most time until an answer.
    var answerTimeout: Duration { get }
    /// The signals that are events from ``ClientSession/watchSignals()`` on, and do not have their usual effect then.
    var handledSignals: [CInt] { get }

    /// Runs the verb and returns the exit code.
    ///
    /// - Throws: ``VerbError``, `TaskError`, ``StreamFailure``, ``StartError``.
    func run(in session: ClientSession) async throws -> Int32
}

extension ClientVerb {
    var answerTimeout: Duration { AnswerTimeout.standard }
    var handledSignals: [CInt] { [] }

    /// Runs the verb on an event loop, and leaves the first thread to signals.
    ///
    /// Does not return: the end of the verb ends the process.
    func run() throws {
        // Only the event loop has work.
        linux_use_one_heap()
        let signals = handledSignals.isEmpty ? nil : try VerbSignals(handledSignals)
        let eventLoops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let session: ClientSession
        do throws(StartError) {
            session = try ClientSession(
                connection, timeout: answerTimeout, eventLoops: eventLoops, signals: signals)
        } catch {
            throw VerbError.usage(error.description)
        }
        Task(executorPreference: EventLoopExecutor(on: eventLoops.next())) {
            do {
                Taskdeck.exit(with: try await run(in: session))
            } catch let error as TaskError {
                Taskdeck.exit(after: VerbError(error, in: session))
            } catch {
                Taskdeck.exit(after: error)
            }
        }
        if let signals { signals.forward() }
        while true { pause() }
    }
}

/// What a verb works with.
struct ClientSession: Sendable {
    let client: TaskClient
    /// The service, as its user knows it.
    let address: ServiceAddress
    /// Whether requests have a token.
    let hasToken: Bool
    /// What standard output can show.
    let terminal: ShellTerminal
    private let signals: VerbSignals?
    private let makeService: @Sendable (@escaping @Sendable (AttachedService.Event) -> Void) -> AttachedService

    /// - Throws: ``StartError``.
    init(
        _ connection: ConnectionOptions, timeout: Duration, eventLoops: MultiThreadedEventLoopGroup,
        signals: VerbSignals? = nil
    ) throws(StartError) {
        address = try connection.address()
        let token = try connection.token()
        hasToken = token != nil
        client = TaskClient(
            address: address.reachable, token: token, timeout: timeout, eventLoops: eventLoops
        ) { version in
            StandardStream.report("the service has version \(version), this is version \(taskdeckVersion)")
        }
        makeService = { [address] onEvent in
            AttachedService(
                address: address.reachable, token: token, timeout: timeout, eventLoops: eventLoops, onEvent: onEvent)
        }
        terminal = ShellTerminal(.output)
        self.signals = signals
    }

    /// The signals from now on, which do not end the process any more; none unless the verb handles them.
    func watchSignals() -> AsyncStream<CInt> { signals?.watch() ?? AsyncStream { $0.finish() } }

    /// The service as a dashboard uses it.
    ///
    /// - Parameter onEvent: called whenever the connection changes.
    func attachedService(onEvent: @escaping @Sendable (AttachedService.Event) -> Void) -> AttachedService {
        makeService(onEvent)
    }

    /// Writes a line on standard output.
    func print(_ line: String) throws(StreamFailure) { try StandardStream.output.writeLine(line) }

    /// Writes lines that are safe to show.
    func print(lines: [String]) throws(StreamFailure) {
        guard !lines.isEmpty else { return }
        try StandardStream.output.write((lines.joined(separator: "\n") + "\n").utf8)
    }

    /// Writes an answer as it is, on one line.
    func print(json: [UInt8]) throws(StreamFailure) { try StandardStream.output.write(json + [UInt8(ascii: "\n")]) }
}

extension ServiceAddress {
    /// Whether the service is on this machine for sure.
    var isLocal: Bool { if case .socket = self { true } else { false } }

    /// The most bytes of a socket's path: one is for the zero at the end.
    private static let pathLimit = 107

    /// The same service, by a path that is short enough for a socket.
    fileprivate var reachable: ServiceAddress {
        guard case .socket(let path) = self, path.utf8.count > Self.pathLimit,
            let name = FilePath(path).lastComponent,
            let directory = try? FileDescriptor.open(
                FilePath(path).removingLastComponent(), .readOnly, options: [.directory, .closeOnExec])
        else { return self }
        // Open until the process ends.
        return .socket("/proc/self/fd/\(directory.rawValue)/\(name)")
    }
}
