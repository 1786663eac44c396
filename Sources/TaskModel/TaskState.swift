import JSON

/// The state of a task.
///
/// `queued → starting → running ⇄ paused → stopping → completed | failed | terminated | killed`
package enum TaskState: String, Sendable, CaseIterable, JSONReadable, JSONWritable {
    /// Accepted, no process yet, or none any more. Valid transitions are to `starting`, `terminated`,
    /// `killed`, `failed`.
    case queued
    /// A process is being started, its HTTP server is not open yet. Valid transitions are to
    /// `running`, `stopping`, `failed`, and to `queued` for another attempt.
    case starting
    /// The worker works. Valid transitions are to `paused`, `stopping`, `failed`, `queued`.
    case running
    /// The worker has reported that it is paused. Valid transitions are to `running`,
    /// `stopping`, `failed`, `queued`.
    case paused
    /// The end has begun, asked for or reported, but the process group is not proven empty. Valid
    /// transitions are to the four final states, and to `queued` for another attempt.
    case stopping
    /// The work is done. Final.
    case completed
    /// Error, crash or a lost worker. Final.
    case failed
    /// Asked to stop and did so by itself. Final.
    case terminated
    /// Ended by force, or the grace period ran out. Final.
    case killed

    /// Whether the task has a worker.
    package var hasWorker: Bool {
        switch self {
        case .starting, .running, .paused, .stopping: true
        case .queued, .completed, .failed, .terminated, .killed: false
        }
    }

    /// Whether the task has ended.
    package var isFinal: Bool {
        switch self {
        case .completed, .failed, .terminated, .killed: true
        case .queued, .starting, .running, .paused, .stopping: false
        }
    }

    /// All states of tasks that have not ended.
    package static let live = Set(allCases.filter { !$0.isFinal })

    /// The actions that the state allows, in the order in which to offer them.
    package var allowedActions: [TaskAction] {
        switch self {
        case .queued, .stopping: [.terminate, .kill]
        case .starting, .running: [.pause, .resume, .terminate, .kill]
        case .paused: [.resume, .pause, .terminate, .kill]
        case .completed, .failed, .terminated, .killed: []
        }
    }
}

/// An action on a task.
package enum TaskAction: String, Sendable, CaseIterable, JSONReadable, JSONWritable {
    /// Pause at the next checkpoint, at most 10 ms away.
    case pause
    /// Continue.
    case resume
    /// Stop by itself; after the grace period by signals.
    case terminate
    /// SIGKILL to the process group, at once.
    case kill
}

/// A change of a task's state.
package enum TaskTransition: Sendable, CaseIterable {
    case launch, open, pause, resume, stop, requeue, complete, fail, terminate, kill
}

/// A transition that the state does not allow: always a defect of the caller.
package struct IllegalTransition: Error, Hashable {
    /// The state.
    package let state: TaskState
    /// The transition.
    package let transition: TaskTransition

    package init(state: TaskState, transition: TaskTransition) {
        self.state = state
        self.transition = transition
    }
}

extension TaskState {
    /// The state after `transition`.
    ///
    /// - Throws: ``IllegalTransition`` if the state does not allow the transition.
    package func after(_ transition: TaskTransition) throws(IllegalTransition) -> TaskState {
        switch (self, transition) {
        case (.queued, .launch): .starting
        case (.queued, .terminate): .terminated
        case (.queued, .kill): .killed
        case (.starting, .open): .running
        case (.running, .pause): .paused
        case (.paused, .resume): .running
        case (.starting, .stop), (.running, .stop), (.paused, .stop): .stopping
        case (.queued, .fail), (.starting, .fail), (.running, .fail), (.paused, .fail), (.stopping, .fail): .failed
        case (.starting, .requeue), (.running, .requeue), (.paused, .requeue), (.stopping, .requeue): .queued
        case (.stopping, .complete): .completed
        case (.stopping, .terminate): .terminated
        case (.stopping, .kill): .killed
        default: throw IllegalTransition(state: self, transition: transition)
        }
    }
}
