import JSON
import TaskModel
import WorkerProtocol

/// A task's state with all that belongs to it, and nothing that does not.
///
/// Indirect, since there may be a million tasks that wait: the table of all entries would have room in each for what only
/// an end needs, and move it whenever it grows.
indirect enum TaskPhase: Sendable {
    case queued(Waiting)
    case starting(Starting)
    case working(Working)
    case stopping(Stopping)
    case undecided(Undecided)
    case settling(Settling)
    case finished(Finished)

    var state: TaskState {
        switch self {
        case .queued: .queued
        case .settling(let settling): settling.shown
        case .starting: .starting
        case .working(let working): working.isPaused ? .paused : .running
        case .stopping, .undecided: .stopping
        case .finished(let finished): finished.state
        }
    }

    /// Whether the task takes up room: from the wish for a process until its end is stored.
    var isActive: Bool {
        switch self {
        case .queued, .finished: false
        case .starting, .working, .stopping, .undecided: true
        case .settling(let settling): settling.shown != .queued
        }
    }

    /// Whether the task has, or is about to have, a worker that has not been asked to end.
    var isBeforeEnd: Bool {
        switch self {
        case .starting, .working: true
        case .queued, .stopping, .undecided, .settling, .finished: false
        }
    }

    /// Whether the task may have a worker's process.
    var hasWorker: Bool {
        switch self {
        case .starting, .working, .stopping: true
        case .queued, .undecided, .settling, .finished: false
        }
    }

    /// Whether the task has no process and is to have one.
    var isIdle: Bool { if case .queued = self { true } else { false } }

    /// When the task came into a state that it only passes through, in uptime; `nil` in another one.
    var passingSince: Duration? {
        switch self {
        case .starting(let starting): starting.since.uptime
        case .stopping(let stopping): stopping.since
        case .queued, .working, .undecided, .settling, .finished: nil
        }
    }

    /// When something must be done if nothing happens before; in uptime.
    var deadline: Duration? {
        switch self {
        case .queued(let waiting): waiting.readyAt
        case .settling, .finished: nil
        case .starting(let starting): starting.openBy
        case .working(let working): [working.call?.answerBy, working.timeoutAt].compactMap(\.self).min()
        case .stopping(let stopping): stopping.escalateAt
        case .undecided(let undecided): undecided.decideAt
        }
    }

    /// What was asked of the worker and has not had its effect.
    var pending: TaskAction? {
        switch self {
        case .queued, .undecided, .settling, .finished: nil
        case .starting(let starting): starting.requests.first?.action
        case .working(let working): working.requests.first?.action
        case .stopping(let stopping):
            switch stopping.cause {
            case .asked: .terminate
            case .forced: .kill
            case .reported, .signaled, .timedOut, .lost: nil
            }
        }
    }
}

/// Before there is a process, or between two attempts.
struct Waiting: Sendable {
    /// When the task may be started, in uptime; `nil` for one that stands in line.
    var readyAt: Duration?
    /// What ``readyAt`` waits for.
    var reason: Reason = .turn

    enum Reason: Sendable, Hashable {
        case turn
        /// A civil time, which may come sooner or later than it seemed when clocks are set.
        case time(Timestamp)
        /// Another attempt, at about this time.
        case retry(Timestamp)
    }
}

/// A wish to pause or resume that waits for its turn or for the worker.
struct ControlWish: Sendable {
    enum Target: Sendable {
        case paused, running

        /// What brings it about.
        var command: WorkerCommand { self == .paused ? .pause : .resume }
        var opposite: Target { self == .paused ? .running : .paused }
    }

    let request: RequestID
    let target: Target
    /// When it came.
    let since: Timestamp

    var action: TaskAction { target.command.action }
}

/// From the wish for a process until its first line.
struct Starting: Sendable {
    let since: Moment
    /// When its port must be open; `nil` until there is a process.
    var openBy: Duration?
    /// Wishes that came too early; they are passed on once the worker is open.
    var requests: [ControlWish] = []
}

/// While the worker works or stands still.
struct Working: Sendable {
    struct Call: Sendable {
        let id: CallID
        let answerBy: Duration
        /// Whether the worker has answered, whatever; the effect shows on its pipe.
        var isAnswered = false
        /// Why the call itself failed, once it has.
        var failure: String?
    }

    let address: WorkerAddress
    /// When the worker paused; `nil` while it works.
    var pausedSince: Timestamp?
    var isPaused: Bool { pausedSince != nil }
    /// Answered one after the other, so that pauses and resumes cannot cross.
    var requests: [ControlWish] = []
    /// The call on behalf of the first request.
    var call: Call?
    /// What a request has asked for in vain: undone if it comes about all the same.
    var revoked: ControlWish.Target?
    /// When the task will have run for too long; `nil` while it stands still, and for one that may for ever.
    var timeoutAt: Duration?

    func has(_ target: ControlWish.Target) -> Bool {
        isPaused == (target == .paused)
    }
}

/// From the end of a worker by a signal from outside until it is clear that the service is not being ended with it.
struct Undecided: Sendable {
    let signal: StopSignal
    /// When the end counts as nothing but the worker's, in uptime.
    let decideAt: Duration
    let exitCode: Int32?
    /// What the record says if the end is part of the service's.
    let termination: Termination
    /// Who waits for the end.
    var waiting: [RequestID] = []
}

/// The end of a task whose worker has completed it, and now has only to exit.
///
/// Storing takes about as long as exiting, and so they happen at the same time.
struct Foreseen: Sendable {
    let finished: Finished
    var isStored = false

    /// - Parameter now: counts as the time of the end.
    init(_ result: JSONText, at now: Timestamp) {
        finished = Finished(ending: .completed(result), at: now, exitCode: 0, termination: nil)
    }

    /// The end, if it has come like this; `nil` if it has not.
    func confirmed(by exitCode: Int32?, _ termination: Termination?) -> Finished? {
        exitCode == finished.exitCode && termination == nil ? finished : nil
    }
}

/// After the end, until it is stored.
///
/// To all others the task is as it was: what they have been told must not be lost.
struct Settling: Sendable {
    let shown: TaskState
    let finished: Finished
    let transition: TaskTransition
    /// How much of what was to be stored is not; see ``BoardEvent/stored(_:)``.
    var unstored: Int
    /// Who waits for the end.
    var waiting: [RequestID] = []
    /// Wishes that have come too late.
    var refused: [ControlWish] = []
}

/// After the end.
struct Finished: Sendable {
    enum Ending: Sendable {
        case completed(JSONText)
        case failed(String)
        case terminated
        case killed

        var isCompleted: Bool { if case .completed = self { true } else { false } }
    }

    let ending: Ending
    let at: Timestamp
    let exitCode: Int32?
    let termination: Termination?

    var state: TaskState {
        switch ending {
        case .completed: .completed
        case .failed: .failed
        case .terminated: .terminated
        case .killed: .killed
        }
    }
}

extension Finished {
    /// The end that a record tells of; `nil` when it tells of none.
    init?(_ record: TaskRecord) {
        switch record.state {
        case .completed: ending = .completed(record.result ?? .null)
        case .failed: ending = .failed(record.error ?? "")
        case .terminated: ending = .terminated
        case .killed: ending = .killed
        case .queued, .starting, .running, .paused, .stopping: return nil
        }
        at = record.finishedAt ?? record.createdAt
        exitCode = record.exitCode
        termination = record.termination
    }
}
