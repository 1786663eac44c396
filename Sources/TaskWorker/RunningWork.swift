import JSON
import TaskModel
import TaskTypes
import WorkerProtocol

/// The work's view of its worker: checkpoints, waiting and progress, all on the working thread.
final class RunningWork: WorkContext {
    /// Progress travels at most this often; the state of rest is always sent.
    private static let interval = Duration.milliseconds(50)
    private static let moment = Duration.milliseconds(1)

    private let core: WorkerCore
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    private var lastSent: ContinuousClock.Instant?
    private var unsent: TaskProgress?
    /// What is to be done when the work takes longer than a moment; `nil` once it has been.
    private var whenItTakesLonger: (() -> Void)?

    /// - Parameter takesLonger: called once, at the first checkpoint after a moment, or before the first wait:
    ///   work that is over sooner needs nobody to answer for it, nor to stop it.
    init(core: WorkerCore, takesLonger: @escaping () -> Void) {
        self.core = core
        whenItTakesLonger = takesLonger
        start = clock.now
    }

    /// Does the work and tells the supervisor how it ended.
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
        core.settle(.stopping)
        core.send(.outcome(outcome))
    }

    func checkpoint() throws(WorkError) {
        if whenItTakesLonger != nil, clock.now - start >= Self.moment { takeLonger() }
        try core.gate.pass {
            flush()
            core.announce(.paused)
        }
    }

    func wait(seconds: Double) throws(WorkError) {
        var rest = Duration.seconds(seconds)
        try checkpoint()
        // Whoever looks at a task that waits should see where it waits.
        if rest > .zero {
            flush()
            takeLonger()
        }
        while rest > .zero {
            rest -= core.gate.wait(atMost: rest)
            try checkpoint()
        }
    }

    func report(_ progress: TaskProgress) {
        core.set(progress)
        unsent = progress
        let now = clock.now
        if lastSent.map({ now - $0 >= Self.interval }) ?? true { flush() }
    }

    private func takeLonger() {
        whenItTakesLonger?()
        whenItTakesLonger = nil
    }

    private func flush() {
        guard let progress = unsent else { return }
        unsent = nil
        lastSent = clock.now
        core.send(.progress(progress))
    }
}
