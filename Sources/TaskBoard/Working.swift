import TaskModel
import WorkerProtocol

/// While the worker runs or is paused.
struct Working: Sendable {
    /// A call on behalf of the first control.
    struct Call: Sendable {
        let id: CallID
        let answerBy: Duration
        /// Whether the worker has answered, accepting or not; the effect shows on its pipe.
        var isAnswered = false
        /// Why the call itself failed, once it has.
        var failure: String?
    }

    let address: WorkerAddress
    /// When the worker paused; `nil` while it runs.
    var pausedSince: Timestamp?
    var isPaused: Bool { pausedSince != nil }
    /// Answered one after the other, so that pauses and resumes cannot cross.
    var controls: [PendingControl] = []
    var call: Call?
    /// The target of a request that was answered with an error: undone if the worker reaches it later.
    var revoked: PendingControl.Target?
    /// When the task has run for too long, in uptime; `nil` while it is paused or has no limit.
    var timeoutAt: Duration?

    func has(_ target: PendingControl.Target) -> Bool {
        isPaused == (target == .paused)
    }
}
