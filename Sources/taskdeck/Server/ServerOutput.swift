import Logging
import ServiceLog
import SystemPackage
import Terminal

/// Where a person reads what the service reports: the dashboard or standard error, and the log file.
struct ServerOutput {
    let showsDashboard: Bool
    let log: LogHub
    let logger: Logger
    /// Standard error while the dashboard captures it; `nil` without the dashboard.
    private let console: Console?

    /// - Throws: ``StartError`` when the log file cannot be opened.
    init(_ options: ServerOptions) throws(StartError) {
        let obstacle = options.noUi ? nil : Self.obstacleToDashboard()
        showsDashboard = !options.noUi && obstacle == nil
        if !showsDashboard { SignalDisposition.ignoreBackgroundOutput() }
        log = try Self.openLog(standardError: showsDashboard ? nil : .standardError, file: options.logFile)
        logger = log.logger(label: "taskdeck", level: options.logLevel)
        console = showsDashboard ? Console.standardError() : nil
        if let obstacle { logger.notice("no dashboard, since \(obstacle); going on as with --no-ui") }
    }

    private static func obstacleToDashboard() -> TerminalUnavailable? {
        do throws(TerminalUnavailable) {
            try TerminalProbe.check()
            return nil
        } catch {
            return error
        }
    }

    private static func openLog(standardError: FileDescriptor?, file: String?) throws(StartError) -> LogHub {
        do {
            return try LogHub(standardError: standardError, file: file.map { FilePath($0) })
        } catch {
            // open(2) of a pipe without a reader, and of a socket.
            let reason = error as? Errno == .noSuchAddressOrDevice ? "nothing reads from it" : "\(error)"
            throw .environment("the log file '\(file ?? "")' cannot be opened: \(reason)")
        }
    }

    /// Writes the last line of a shutdown that is cut off, where that is possible in a moment.
    func writeExpiry(_ report: String) {
        logger.critical("\(report)")
        if showsDashboard { CursesTerminal.abandon() }
        console?.write("taskdeck: \(report)\n", within: .milliseconds(200))
        log.flush(within: .milliseconds(200))
    }

    /// Closes the log when all is written, or `limit` has passed; names what the log file lacks on standard error.
    func close(within limit: Duration) async {
        if let loss = await log.close(within: limit) {
            console?.write("taskdeck: \(loss)\n", within: .milliseconds(100))
        }
    }
}
