import TaskModel

/// What was asked of some tasks with one key, and what has become of it.
struct ActionBatch: Sendable {
    /// What was asked.
    enum Request: Sendable, Hashable {
        case action(TaskAction)
        /// `nil` where each task has another.
        case priority(Int?)
        case move(QueueEnd)
        case runAgain
    }

    /// Why a task was passed over.
    enum Refusal: Sendable, Hashable, CaseIterable {
        case ended, notEnded, notWaiting, noWorker, priorityLimit

        func text(_ count: Int) -> String {
            switch self {
            case .ended: "\(count) had already ended"
            case .notEnded: "\(count) had not ended"
            case .notWaiting: count == 1 ? "1 does not wait to be started" : "\(count) do not wait to be started"
            case .noWorker: count == 1 ? "1 has no worker yet" : "\(count) have no worker yet"
            case .priorityLimit: count == 1 ? "1 is at the limit" : "\(count) are at the limit"
            }
        }
    }

    let request: Request
    /// All that it was asked of.
    let targets: Targets
    /// Answers that are still to come.
    private(set) var pendingCount: Int
    private(set) var doneCount = 0
    /// Those of them that wait now.
    private(set) var queuedCount = 0
    /// The first that it has had its effect on.
    private(set) var firstDone: TaskRecord?
    private(set) var refusals: [Refusal: Int]
    private(set) var failedCount = 0
    private(set) var firstError: TaskError?

    /// - Parameter refusals: those that were passed over without asking.
    init(_ request: Request, of targets: Targets, refusals: [Refusal: Int] = [:]) {
        self.request = request
        self.targets = targets
        self.refusals = refusals
        pendingCount = max(0, targets.count - refusals.values.reduce(0, +))
    }

    mutating func apply(_ result: Result<TaskRecord, TaskError>) {
        pendingCount -= 1
        switch result {
        case .success(let record):
            doneCount += 1
            if record.state == .queued { queuedCount += 1 }
            if firstDone == nil { firstDone = record }
        case .failure(let error):
            if firstError == nil { firstError = error }
            if let refusal = Refusal(error) {
                refusals[refusal, default: 0] += 1
            } else {
                failedCount += 1
            }
        }
    }

    /// Whether it has had its effect somewhere, and failed nowhere.
    var isSuccess: Bool { doneCount > 0 && failedCount == 0 }

    /// One sentence for several tasks: `paused 18, 2 had already ended`.
    ///
    /// - Parameter failure: writes an error as a sentence.
    func summary(_ failure: (TaskError) -> String) -> String {
        var parts = Refusal.allCases.compactMap { refusal in
            refusals[refusal].flatMap { $0 > 0 ? refusal.text($0) : nil }
        }
        if failedCount > 0, let firstError { parts.append("\(failedCount) failed: \(failure(firstError))") }
        guard doneCount > 0 else { return "nothing \(participle): \(parts.joined(separator: ", "))" }
        let hidden = targets.hidden.isEmpty ? "" : " (\(targets.hiddenText))"
        return ([doneText + hidden] + parts).joined(separator: ", ")
    }

    /// What an error of the service means for it.
    var failureText: String {
        switch request {
        case .action(let action): "nothing was \(action.participle)"
        case .priority: "the priority was not changed"
        case .move: "the task was not moved"
        case .runAgain: "the task was not accepted"
        }
    }

    private var participle: String {
        switch request {
        case .action(let action): action.participle
        case .priority, .move: "moved"
        case .runAgain: "run again"
        }
    }

    private var doneText: String {
        switch request {
        case .action(let action): "\(action.participle) \(doneCount)"
        case .priority(let priority?): "\(doneCount) now \(doneCount == 1 ? "has" : "have") priority \(priority)"
        case .priority(nil): "changed the priority of \(doneCount)"
        case .move(.first): "moved \(doneCount) to the front"
        case .move(.last): "moved \(doneCount) to the end"
        case .runAgain where queuedCount == 0: "started \(doneCount) again"
        case .runAgain where queuedCount == doneCount: "queued \(doneCount) again"
        case .runAgain: "started \(doneCount - queuedCount) and queued \(queuedCount) again"
        }
    }
}

extension ActionBatch.Refusal {
    /// What the service says by its error, where a task is merely in another state.
    init?(_ error: TaskError) {
        switch error {
        case .invalidState(_, _, let current) where current.isFinal: self = .ended
        case .invalidState(_, _, .queued): self = .noWorker
        case .notQueued(_, let current): self = current.isFinal ? .ended : .notWaiting
        default: return nil
        }
    }
}
