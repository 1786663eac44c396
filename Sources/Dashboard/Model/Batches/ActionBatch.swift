import TaskModel

/// A request on several tasks that one key made, and its results so far.
struct ActionBatch: Sendable {
    /// The kind of a request.
    enum Request: Sendable, Hashable {
        case action(TaskAction)
        /// The new priority; `nil` if it differs between the tasks.
        case priority(Int?)
        case move(QueueEnd)
        case runAgain
    }

    /// The reason why a task was skipped.
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
    /// The tasks of the request.
    let targets: Targets
    /// The number of results that are still missing.
    private(set) var pendingCount: Int
    private(set) var doneCount = 0
    /// The number of succeeded tasks that are now queued.
    private(set) var queuedCount = 0
    /// The record of the first task that succeeded.
    private(set) var firstDone: TaskRecord?
    private(set) var refusals: [Refusal: Int]
    private(set) var failedCount = 0
    private(set) var firstError: TaskError?

    /// - Parameter refusals: The number of tasks skipped without a request, by reason.
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

    /// Whether at least one task succeeded and none failed.
    var isSuccess: Bool { doneCount > 0 && failedCount == 0 }

    /// The results on several tasks as one sentence: `paused 18, 2 had already ended`.
    ///
    /// - Parameter failure: Returns the sentence for an error.
    func summary(_ failure: (TaskError) -> String) -> String {
        var parts = Refusal.allCases.compactMap { refusal in
            refusals[refusal].flatMap { $0 > 0 ? refusal.text($0) : nil }
        }
        if failedCount > 0, let firstError { parts.append("\(failedCount) failed: \(failure(firstError))") }
        guard doneCount > 0 else { return "nothing \(participle): \(parts.joined(separator: ", "))" }
        let hidden = targets.hidden.isEmpty ? "" : " (\(targets.hiddenText))"
        return ([doneText + hidden] + parts).joined(separator: ", ")
    }

    /// The beginning of a sentence about a failure of the service.
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
    /// The reason for an error that only means a wrong state; `nil` for a failure.
    init?(_ error: TaskError) {
        switch error {
        case .invalidState(_, _, let current) where current.isFinal: self = .ended
        case .invalidState(_, _, .queued): self = .noWorker
        case .notQueued(_, let current): self = current.isFinal ? .ended : .notWaiting
        default: return nil
        }
    }
}
