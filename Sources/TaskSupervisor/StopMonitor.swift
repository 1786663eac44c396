/// Whether a worker's process is stopped by a signal, as last reported by the kernel.
struct StopMonitor: Sendable {
    /// The shortest time between two reports, each of which is a line in the log.
    private static let interval = Duration.milliseconds(250)

    private let states: AsyncStream<Bool>
    private let continuation: AsyncStream<Bool>.Continuation

    init() {
        // Only the newest state matters.
        (states, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func set(isStopped: Bool) { continuation.yield(isStopped) }

    /// Records that the process has ended.
    func finish() { continuation.finish() }

    /// Reports stops and continuations, in alternation, until the process has ended or this is cancelled.
    func report(_ report: @Sendable (WorkerEvent) async -> Void) async {
        var isReportedStopped = false
        for await isStopped in states where isStopped != isReportedStopped {
            await report(isStopped ? .stopped : .continued)
            isReportedStopped = isStopped
            try? await Task.sleep(for: Self.interval)
        }
    }
}
