import Dashboard
import HTTPSupport
import Logging
import NIOConcurrencyHelpers
import TaskControl
import TaskModel
import TaskSupervisor
import Terminal
import WorkerProtocol

/// The dashboard as a part of the program: its thread, its session, and the screen.
struct DashboardService {
    /// How long a terminal that has stalled delays the end of the program.
    private static let closeTimeout = Duration.seconds(1)

    private let control: any TaskControl
    private let outputs: (any TaskOutputs)?
    private let log: any LogSource
    private let logger: Logger
    private let retention: TaskRetention
    private let attachment: Attachment?
    private let clock = ServiceClock()
    private let inbox = DashboardInbox(wake: CursesTerminal.wake)
    private let commands: AsyncStream<DashboardCommand>
    private let commandQueue: AsyncStream<DashboardCommand>.Continuation
    private let quit: @Sendable (_ isHangUp: Bool) -> Void

    /// - Parameters:
    ///   - outputs: the output of programs; `nil` if none is kept.
    ///   - logger: logs, with their codes, the errors of which the screen has only a sentence, and what other code writes to
    ///     standard error.
    ///   - retention: what becomes of tasks when the service ends.
    ///   - attachment: what a service in another process needs; `nil` for the one in this process.
    ///   - quit: requests the end of the dashboard, and of the service in this process; a second call forces it, unless the
    ///     terminal has gone.
    init(
        control: any TaskControl, outputs: (any TaskOutputs)?, log: any LogSource, logger: Logger,
        retention: TaskRetention = .unknown, attachment: Attachment? = nil,
        quit: @escaping @Sendable (_ isHangUp: Bool) -> Void
    ) {
        self.control = control
        self.outputs = outputs
        self.log = log
        self.logger = logger
        self.retention = retention
        self.attachment = attachment
        self.quit = quit
        (commands, commandQueue) = AsyncStream.makeStream()
    }

    /// A service in another process.
    struct Attachment {
        let taskTypes: [TaskTypeDescription]
        /// Completes the paths of files where tasks run.
        let paths: PathCompleter
        /// Requests the end of the service.
        let endService: @Sendable () async throws(TaskError) -> Void
    }

    /// Sends an event that comes from neither the tasks nor the log.
    func post(_ event: DashboardEvent) {
        inbox.post(event)
    }

    /// Ends ``run(onOpen:)``, also where the terminal has stalled.
    func close() {
        inbox.close()
        commandQueue.finish()
    }

    /// Shows the dashboard until it is closed, or the terminal has gone.
    ///
    /// - Parameter onOpen: called once the terminal is open.
    /// - Throws: ``StartError`` when the terminal cannot be opened.
    func run(onOpen: @escaping @Sendable () -> Void) async throws {
        // This is the event loop's thread.
        TerminalThread.addSignalStackToCurrentThread()
        do {
            let capture = try StreamCapture(capturedBytesHandler())
            do throws(TerminalUnavailable) {
                try await show(onOpen)
            } catch {
                await capture.end()
                throw error
            }
            await capture.end()
        } catch let error as TerminalUnavailable {
            let way = attachment == nil ? "--no-ui runs without it" : "'taskdeck ls' needs none"
            throw StartError.environment("the dashboard cannot be shown: \(error); \(way)")
        }
    }

    private func show(_ onOpen: @escaping @Sendable () -> Void) async throws(TerminalUnavailable) {
        var types = attachment?.taskTypes ?? []
        // Only a service over a connection fails.
        if attachment == nil { types = (try? await control.taskTypes()) ?? [] }
        let taskTypes = types
        let isAttached = attachment != nil
        // The one in this process ends with the dashboard.
        let endService: @Sendable () async throws(TaskError) -> Void =
            if let attachment { attachment.endService } else { {} }
        let (inbox, clock, quit, commandQueue) = (inbox, clock, quit, commandQueue)
        let (logger, retention) = (logger, retention)
        let failure = NIOLockedValueBox<TerminalUnavailable?>(nil)
        let thread = try TerminalThread {
            do throws(TerminalUnavailable) {
                let terminal = try CursesTerminal(suspensionText: Self.suspensionText(isAttached: isAttached))
                onOpen()
                DashboardLoop(
                    terminal: terminal, inbox: inbox, taskTypes: taskTypes, offeredType: "command",
                    localTime: .system, retention: retention, isAttached: isAttached, clock: clock,
                    commands: commandQueue
                ).run()
                terminal.close()
            } catch {
                failure.withLockedValue { $0 = error }
                inbox.close()
            }
            commandQueue.finish()
        }
        let session = DashboardSession(
            control: control, log: log.records(), inbox: inbox, files: SavedFile.writer,
            paths: attachment?.paths ?? .files, outputs: outputs,
            onRefusal: { error in
                let problem = error.problem
                logger.debug("the dashboard was refused: \(problem.status) \(problem.code): \(problem.detail)")
            }, quit: { quit($0) }, endService: endService)
        await withTaskCancellationHandler {
            await session.run(commands)
        } onCancel: {
            close()
        }
        if await !thread.wait(atMost: Self.closeTimeout) { CursesTerminal.abandon() }
        if let failure = failure.withLockedValue({ $0 }) { throw failure }
    }

    private static func suspensionText(isAttached: Bool) -> String {
        isAttached
            ? "the dashboard is stopped; the service goes on. 'fg' continues it."
            : "taskdeck is stopped, and its API with it; the workers go on. 'fg' continues it; 'bg' does without the "
                + "dashboard."
    }

    /// Logs each line that is written to a captured stream.
    private func capturedBytesHandler() -> @Sendable ([UInt8]) -> Void {
        let splitter = NIOLockedValueBox(LineSplitter(limit: 4096))
        var logger = logger
        // Nothing else shows these lines, so no log level hides them.
        logger.logLevel = .trace
        return { [logger] bytes in
            let pieces = splitter.withLockedValue { splitter in
                bytes.isEmpty ? splitter.finish().map { [.line($0)] } ?? [] : splitter.feed(bytes)
            }
            for piece in pieces {
                switch piece {
                case .line(let line), .overlong(let line): logger.warning("standard error: \(line)")
                }
            }
        }
    }
}
