/// Whether a worker's process is stopped by a signal: the newest word of the kernel, until the process has ended.
struct StopWatch: Sendable {
    /// The shortest time between two reports: a process that is stopped and continued all the time is no news each
    /// time, and each costs a line in the log.
    private static let interval = Duration.milliseconds(250)

    private let states: AsyncStream<Bool>
    private let continuation: AsyncStream<Bool>.Continuation

    init() {
        // What is superseded before it is read is of no use.
        (states, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func set(isStopped: Bool) { continuation.yield(isStopped) }

    /// The process has ended.
    func finish() { continuation.finish() }

    /// Reports that the process is stopped and that it goes on, by turns, until it has ended or this is cancelled.
    func report(_ report: @Sendable (WorkerEvent) async -> Void) async {
        var isReportedStopped = false
        for await isStopped in states where isStopped != isReportedStopped {
            await report(isStopped ? .stopped : .continued)
            isReportedStopped = isStopped
            try? await Task.sleep(for: Self.interval)
        }
    }
}
