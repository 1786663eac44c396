package import Logging
package import NIOPosix
import ServiceLifecycle
package import TaskControl
import TaskModel

/// Writes a dump of all tasks and their states to the log at intervals.
package struct StatusDump: Service {
    /// The number of waiting tasks with a line of their own; a dump of a million would delay everything else.
    static let waitingLimit = 1000

    private static let summary = metadata(.summary)
    private static let row = metadata(.row)

    private static func metadata(_ part: LogRecord.DumpPart) -> Logger.Metadata {
        [HubLogHandler.dumpKey: .stringConvertible(part)]
    }

    private let tasks: any TaskQueries
    private let interval: Duration
    private let threads: NIOThreadPool
    private let logger: Logger

    /// - Parameters:
    ///   - interval: the time from one dump to the next.
    ///   - threads: where the text is made.
    package init(tasks: any TaskQueries, interval: Duration, threads: NIOThreadPool, logger: Logger) {
        self.tasks = tasks
        self.interval = interval
        self.threads = threads
        self.logger = logger
    }

    /// Dumps until shutdown.
    package func run() async throws {
        // A graceful shutdown cancels the sleep.
        try? await cancelWhenGracefulShutdown {
            let clock = ContinuousClock()
            var next = clock.now + interval
            var last = ServiceClock().now.wall
            while true {
                try await clock.sleep(until: next)
                let now = ServiceClock().now.wall
                let current = try await tasks.current(since: last, waiting: Self.waitingLimit)
                let report = StatusReport(
                    counts: try await tasks.health().counts, records: current.records,
                    othersWaiting: current.othersWaiting)
                // Thousands of lines would delay the event loop. Throws only while the process ends.
                let lines = try await threads.runIfActive { report.lines(at: now) }
                let others = Self.metadata(.others(report.othersWaiting))
                for (number, line) in lines.enumerated() {
                    let metadata = number == 0 ? Self.summary : number <= report.records.count ? Self.row : others
                    logger.info("\(line)", metadata: metadata)
                    if number % 50 == 49 { await Task.yield() }
                }
                last = now
                // A late dump skips those that were due before it.
                repeat { next += interval } while next <= clock.now
            }
        }
    }
}
