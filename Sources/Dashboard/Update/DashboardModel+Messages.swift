import JSON
import TaskControl
import TaskModel

// Messages in the status line.
extension DashboardModel {
    mutating func showMessage(_ kind: Message.Kind, _ text: String) {
        message = Message(kind: kind, text: text, until: now.uptime + Message.lifetime)
    }

    /// The error as a sentence without codes.
    ///
    /// - Parameter failed: What was not done, for a failure of the service: `the queue was not held`.
    func sentence(for error: TaskError, _ failed: String) -> String {
        switch error {
        case .storageFull(let reason): "\(failed): the disk is full (\(reason))"
        case .storageUnavailable(let reason): "\(failed): the stored tasks cannot be read or written (\(reason))"
        case .shuttingDown: "\(failed): the service is shutting down"
        case .resourcesExhausted(let reason): "\(failed): there is no room for it now (\(reason))"
        case .queueFull(let limit): "\(failed): \(limit) tasks wait, and no more may; try again later"
        case .invalidState(let id, let action, let current):
            "cannot \(action.rawValue) \(name(id)): it is \(current.rawValue)"
        case .workerUnresponsive(let id, let action, let reason):
            "could not \(action.rawValue) \(name(id)): \(reason)"
        case .notQueued(let id, let current): "\(name(id)) does not wait: it is \(current.rawValue)"
        case .notFinished(let id, let current):
            "cannot run \(name(id)) again: it is \(current.rawValue)"
        case .remote(.connectionLost(let reason)): "no answer, since the connection was lost (\(reason)): \(Self.doubt)"
        case .remote(.timedOut(let limit)): "no answer within \(limit.secondsText): \(Self.doubt)"
        case .remote(let failure): "\(failed): \(failure.detail)"
        case .invalidFields, .notFound, .keyReused: error.detail
        }
    }

    /// What follows from a request without an answer.
    private static let doubt = "it may have had its effect, and is not repeated"

    /// Updates the alarms from changes, and shows a message about a recovery.
    mutating func updateAlarms(by changes: TaskChanges) {
        if storageFailure != nil, changes.storageFailure == nil {
            showMessage(.success, "tasks can be stored again: new ones are accepted")
        } else if launchFailure != nil, changes.launchFailure == nil {
            showMessage(.success, "workers can be started again")
        }
        launchFailure = changes.launchFailure
        storageFailure = changes.storageFailure
        for record in changes.changed {
            if record.isSilent {
                silentTasks.insert(record.id)
            } else if !silentTasks.isEmpty {
                silentTasks.remove(record.id)
            }
        }
        silentTasks.subtract(changes.removed)
    }
}
