package import TaskModel

extension TaskStore {
    /// A change of what is stored.
    enum Change: Sendable {
        case add(TaskRecord, Program?, Keyed?, isStarted: Bool)
        case save(TaskRecord)
        /// The task has failed because its record cannot be read; the record stays as it is.
        case markUnreadable(TaskRecord)
        case reorder(TaskID, priority: Int?, order: Int?)
        case activate(TaskID, Timestamp)
        case set(Setting, String)

        /// The stored task that it changes; `nil` for a new one and for settings.
        var id: TaskID? {
            switch self {
            case .save(let record), .markUnreadable(let record): record.id
            case .reorder(let id, _, _), .activate(let id, _): id
            case .add, .set: nil
            }
        }

        /// The record of a change that must not be lost, and so is written again until it is stored; otherwise `nil`.
        var lasting: TaskRecord? {
            switch self {
            case .save(let record), .markUnreadable(let record): record
            case .add, .reorder, .activate, .set: nil
            }
        }
    }

    /// The result of a change that has been committed.
    enum Outcome: Sendable {
        case written
        /// The task was not added: its key belongs to an earlier one.
        case duplicate(Duplicate)
    }

    /// What is known of the key of a task that was not added.
    enum Duplicate: Sendable {
        case sameRequest(TaskID)
        case otherRequest(IdempotencyKey)
    }

    typealias Completion = @Sendable (Result<Outcome, StoreError>) -> Void

    /// A value besides the tasks.
    enum Setting: String, Sendable {
        case queueIsPaused = "queue_is_held"
        /// The greatest id of the tasks that are no longer kept.
        case lastID = "last_id"
        /// Without a meaning: written to find out whether writing is possible.
        case probe
    }

    /// An idempotency key, and the request that was sent with it.
    package struct Keyed: Sendable {
        package let key: IdempotencyKey
        let request: RequestDigest

        /// - Parameter request: the request in its canonical form.
        package init(key: IdempotencyKey, request: String) {
            self.key = key
            self.request = RequestDigest(request)
        }
    }

    /// The outcome of a submission.
    package enum Addition: Sendable, Hashable {
        case added
        /// The key belongs to this task, which the same request has created.
        case known(TaskID)
        /// The key belongs to another request.
        case keyReused(IdempotencyKey)

        init(_ outcome: Outcome) {
            switch outcome {
            case .written: self = .added
            case .duplicate(.sameRequest(let id)): self = .known(id)
            case .duplicate(.otherRequest(let key)): self = .keyReused(key)
            }
        }
    }

    /// An event that no caller waits for.
    package enum Report: Sendable, Hashable {
        /// Tasks that are no longer kept.
        case pruned([PrunedTask])
        /// Changes cannot be written, for another reason than before.
        case failed(StoreError)
        /// Everything that could not be written is stored now.
        case recovered
    }
}
