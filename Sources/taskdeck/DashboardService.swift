import Dashboard
import HTTPSupport
import Logging
import NIOConcurrencyHelpers
import ServiceLog
import TaskControl
import TaskSupervisor
import Terminal
import WorkerProtocol

/// The dashboard as a part of the program: its thread, its session, and the screen between them.
struct DashboardService {
    /// How long a terminal that takes no output any more delays the end of the program.
    private static let patience = Duration.seconds(1)

    private let control: any TaskControl
    private let log: LogHub
    private let logger: Logger
    private let retention: TaskRetention
    private let clock = ServiceClock()
    private let inbox = DashboardInbox(wake: CursesTerminal.wake)
    private let commands: AsyncStream<DashboardCommand>
    private let commandQueue: AsyncStream<DashboardCommand>.Continuation
    private let quit: @Sendable (_ isHangUp: Bool) -> Void

    /// - Parameters:
    ///   - logger: logs, with their codes, the errors of which the screen has only a sentence.
    ///   - retention: what becomes of tasks when the service ends.
    ///   - quit: has the service end; called again, at once, unless it is just that the terminal has gone.
    init(
        control: any TaskControl, log: LogHub, logger: Logger, retention: TaskRetention,
        quit: @escaping @Sendable (_ isHangUp: Bool) -> Void
    ) {
        self.control = control
        self.log = log
        self.logger = logger
        self.retention = retention
        self.quit = quit
        (commands, commandQueue) = AsyncStream.makeStream()
    }

    /// Sends the dashboard something that no task and no log record contains.
    func post(_ event: DashboardEvent) {
        inbox.post(event)
    }

    /// Ends ``run(onOpen:)``, whatever the terminal does.
    func close() {
        inbox.close()
        commandQueue.finish()
    }

    /// Shows the dashboard until it is closed, or the terminal has gone.
    ///
    /// - Parameter onOpen: called once the terminal is open.
    /// - Throws: ``StartError`` when the terminal cannot be had after all.
    func run(onOpen: @escaping @Sendable () -> Void) async throws {
        // The event loop's thread, on which the service does its work.
        TerminalThread.addSignalStackToCurrentThread()
        do {
            let capture = try StreamCapture(log.capture())
            do throws(TerminalUnavailable) {
                try await show(onOpen)
            } catch {
                await capture.end()
                throw error
            }
            await capture.end()
        } catch let error as TerminalUnavailable {
            throw StartError.environment("the dashboard cannot be shown: \(error); --no-ui runs without it")
        }
    }

    private func show(_ onOpen: @escaping @Sendable () -> Void) async throws(TerminalUnavailable) {
        let types = await control.taskTypes()
        let (inbox, clock, quit, commandQueue) = (inbox, clock, quit, commandQueue)
        let (logger, retention) = (logger, retention)
        let outcome = Outcome()
        let thread = try TerminalThread {
            do throws(TerminalUnavailable) {
                let terminal = try CursesTerminal()
                onOpen()
                DashboardLoop(
                    terminal: terminal, inbox: inbox, taskTypes: types, localTime: .system, retention: retention,
                    clock: clock, commands: commandQueue
                ).run()
                terminal.close()
            } catch {
                outcome.failure.withLockedValue { $0 = error }
                inbox.close()
            }
            commandQueue.finish()
        }
        let session = DashboardSession(
            control: control, log: log.records(), inbox: inbox, files: SavedFile.writer,
            onRefusal: { error in
                let problem = error.problem
                logger.debug("the dashboard was refused: \(problem.status) \(problem.code): \(problem.detail)")
            }, quit: { quit($0) })
        await withTaskCancellationHandler {
            await session.run(commands)
        } onCancel: {
            close()
        }
        if await !thread.wait(atMost: Self.patience) { CursesTerminal.abandon() }
        if let failure = outcome.failure.withLockedValue({ $0 }) { throw failure }
    }

    /// What the thread has to say at its end.
    private final class Outcome: Sendable {
        let failure = NIOLockedValueBox<TerminalUnavailable?>(nil)
    }
}

extension LogHub {
    /// What takes the bytes written to a captured stream: each line becomes a record.
    fileprivate func capture() -> @Sendable ([UInt8]) -> Void {
        let lines = CapturedLines()
        return { bytes in
            let pieces = lines.splitter.withLockedValue { splitter in
                bytes.isEmpty ? splitter.finish().map { [.line($0)] } ?? [] : splitter.feed(bytes)
            }
            for piece in pieces {
                switch piece {
                case .line(let line), .overlong(let line): self.log(.warning, "standard error: \(line)")
                }
            }
        }
    }
}

private final class CapturedLines: Sendable {
    let splitter = NIOLockedValueBox(LineSplitter(limit: 4096))
}
