import JSON
import TaskModel

/// The exit codes of verbs, besides those of programs that they run.
enum ExitStatus {
    static let success: Int32 = 0
    /// A task has failed, or a request was refused.
    static let failure: Int32 = 1
    /// The command line, or what it submits, is wrong (EX_USAGE).
    static let usage: Int32 = 64
    /// The service is not reached (EX_UNAVAILABLE).
    static let unreachable: Int32 = 69
    /// The same may succeed later (EX_TEMPFAIL).
    static let tryAgain: Int32 = 75
    /// The service does not allow it (EX_NOPERM).
    static let denied: Int32 = 77
    /// The terminal has gone (SIGHUP).
    static let hangUp = signal(1)
    static let killed = signal(9)
    static let terminated = signal(15)

    /// As shells report a program that a signal ended.
    static func signal(_ number: Int32) -> Int32 { 128 + number }
}

extension TaskError {
    /// The exit code of a verb that ends with this error.
    var exitStatus: Int32 {
        switch self {
        case .invalidFields: ExitStatus.usage
        case .notFound, .invalidState, .notQueued, .notFinished, .keyReused: ExitStatus.failure
        case .workerUnresponsive, .shuttingDown, .resourcesExhausted, .queueFull, .storageFull, .storageUnavailable:
            ExitStatus.tryAgain
        case .remote(.unreachable), .remote(.connectionLost), .remote(.unexpectedAnswer): ExitStatus.unreachable
        case .remote(.timedOut): ExitStatus.tryAgain
        case .remote(.forbidden): ExitStatus.denied
        case .remote(.problem(let problem)):
            switch problem.status {
            case 408, 429, 503, 504, 507: ExitStatus.tryAgain
            case 400, 413, 415, 422: ExitStatus.usage
            default: ExitStatus.failure
            }
        }
    }
}

extension TaskRecord {
    /// The exit code of a verb that waits for the task: that of its program, where that has decided.
    var exitStatus: Int32 {
        switch state {
        case .completed: ExitStatus.success
        case .terminated: ExitStatus.terminated
        case .killed: ExitStatus.killed
        case .failed:
            if let signal = signal.flatMap(ProgramSignal.init(rawValue:)) {
                ExitStatus.signal(signal.number)
            } else if let exitCode, exitCode != 0 {
                exitCode & 0xFF
            } else {
                ExitStatus.failure
            }
        case .queued, .starting, .running, .paused, .stopping: ExitStatus.failure
        }
    }
}
