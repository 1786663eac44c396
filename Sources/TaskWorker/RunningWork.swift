import JSON
import TaskModel
import TaskTypes
import WorkerProtocol

/// The worker as its work uses it: checkpoints, waiting and progress, all on the working thread.
final class RunningWork: WorkContext {
    /// The shortest time between two reports of progress; the last one before a pause or the end is always sent.
    private static let interval = Duration.milliseconds(50)
    /// The time from which work is long: shorter work needs no HTTP server and no way to stop it.
    private static let longWorkThreshold = Duration.milliseconds(1)

    private let core: WorkerCore
    private let pausePoint: PausePoint
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    private var lastSent: ContinuousClock.Instant?
    private var unsent: TaskProgress?
    /// Called when the work becomes long; `nil` afterwards.
    private var onLongWork: (() -> Void)?

    /// - Parameters:
    ///   - pausePoint: the one that the core controls.
    ///   - onLongWork: called once, at the first checkpoint after the threshold of long work, or before the first wait.
    init(core: WorkerCore, pausePoint: PausePoint, onLongWork: @escaping () -> Void) {
        self.core = core
        self.pausePoint = pausePoint
        self.onLongWork = onLongWork
        start = clock.now
    }

    /// Does the work and reports its outcome.
    func run(_ task: any TaskType) {
        let outcome: WorkOutcome
        do {
            outcome = .completed(JSONText(try task.run(in: self)))
        } catch {
            outcome =
                switch error {
                case .stopped: core.stopOutcome
                case .failed(let message): .failed(message)
                }
        }
        flush()
        core.finish(outcome)
    }

    func checkpoint() throws(WorkError) {
        if onLongWork != nil, clock.now - start >= Self.longWorkThreshold { beginLongWork() }
        try pausePoint.pass {
            flush()
            core.reportPhase(.paused)
        }
    }

    func wait(seconds: Double) throws(WorkError) {
        var rest = Duration.seconds(seconds)
        try checkpoint()
        if rest > .zero {
            // The step that waits is what the record should show.
            flush()
            beginLongWork()
        }
        while rest > .zero {
            rest -= pausePoint.wait(atMost: rest)
            try checkpoint()
        }
    }

    func report(_ progress: TaskProgress) {
        core.set(progress)
        unsent = progress
        let now = clock.now
        if lastSent.map({ now - $0 >= Self.interval }) ?? true { flush() }
    }

    private func beginLongWork() {
        onLongWork?()
        onLongWork = nil
    }

    private func flush() {
        guard let progress = unsent else { return }
        unsent = nil
        lastSent = clock.now
        core.send(.progress(progress))
    }
}
