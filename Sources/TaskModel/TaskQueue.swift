/// A task's place among those that wait: the higher priority first, then the smaller order, then the older task.
///
/// The supervisor starts tasks in this order, and whoever shows them counts positions by it.
package struct QueueRank: Sendable, Hashable, Comparable {
    package let priority: Int
    /// The record's `queue_order`: 0 unless the task was moved.
    package let order: Int
    package let id: TaskID

    package init(priority: Int, order: Int = 0, id: TaskID) {
        self.priority = priority
        self.order = order
        self.id = id
    }

    package static func < (left: QueueRank, right: QueueRank) -> Bool {
        if left.priority != right.priority { return left.priority > right.priority }
        return left.order != right.order ? left.order < right.order : left.id < right.id
    }
}

/// The two ends of the tasks of one priority that wait.
package enum QueueEnd: String, Sendable, Hashable, CaseIterable {
    case first, last
}

/// Another place in the queue.
package enum QueueChange: Sendable, Hashable {
    /// Another priority, where the task is placed by its age, or at one end.
    case priority(Int, QueueEnd? = nil)
    /// One end of the tasks that have its priority.
    case position(QueueEnd)

    /// The other priority; `nil` if it stays.
    package var priority: Int? { if case .priority(let priority, _) = self { priority } else { nil } }

    /// The end to which the task is moved; `nil` if it is placed by its age.
    package var position: QueueEnd? {
        switch self {
        case .priority(_, let end): end
        case .position(let end): end
        }
    }
}

/// How the queue is: what `GET /queue` tells.
package struct QueueStatus: Sendable, Hashable {
    /// Whether no new tasks are started until somebody releases the queue.
    package var isHeld: Bool
    /// How many tasks may have a worker at the same time; `nil` means any number.
    package var maxRunning: Int?
    /// Tasks that have a worker.
    package var active: Int
    /// Tasks that wait for their turn, or for their time.
    package var queued: Int

    package init(isHeld: Bool = false, maxRunning: Int? = nil, active: Int = 0, queued: Int = 0) {
        self.isHeld = isHeld
        self.maxRunning = maxRunning
        self.active = active
        self.queued = queued
    }
}

extension QueueStatus: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("active", active)
            json.member("held", isHeld)
            json.member("max_running", maxRunning)
            json.member("queued", queued)
        }
    }
}

/// What a client calls a submission, so that it may send it again without a second task.
package struct IdempotencyKey: Sendable, Hashable {
    /// How long a key is remembered at least.
    package static let lifetime = Duration.seconds(24 * 3600)
    private static let lengths = 1...255

    package let text: String

    /// `nil` for anything but 1 to 255 printable characters of ASCII.
    package init?(_ text: some StringProtocol) {
        guard Self.lengths.contains(text.utf8.count), text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            return nil
        }
        self.text = String(text)
    }
}

/// What became of a submission.
package struct Submission: Sendable {
    package let record: TaskRecord
    /// Whether the task was made by this very submission, and not by an earlier one with the same key.
    package let isNew: Bool

    package init(record: TaskRecord, isNew: Bool) {
        self.record = record
        self.isNew = isNew
    }
}
