import JSON

/// The members of a record that change without an event of its task, and so without a new revision.
package struct ClockMembers: Sendable, Hashable {
    /// A place in the queue, and the reason why the task has not been started.
    package struct QueuePlace: Sendable, Hashable {
        /// Counted from 1.
        let position: Int
        /// The sentence as JSON.
        let reason: [UInt8]

        package init(position: Int, reason: TaskReason?) {
            self.position = position
            self.reason = JSONCoding.encode(reason.map { JSONValue.string($0.description) } ?? .null)
        }
    }

    /// `active_ms`.
    let activeMilliseconds: Int
    /// `paused_ms`.
    let pausedMilliseconds: Int
    /// `queue_position` and `reason`; `nil` for a task outside the queue, whose reason belongs to its revision.
    let place: QueuePlace?
    /// Whether the task has a place in the queue.
    package var isQueued: Bool { place != nil }

    package init(activeMilliseconds: Int, pausedMilliseconds: Int, place: QueuePlace?) {
        self.activeMilliseconds = activeMilliseconds
        self.pausedMilliseconds = pausedMilliseconds
        self.place = place
    }

    /// The members of a record.
    init(_ record: TaskRecord) {
        activeMilliseconds = record.activeMilliseconds
        pausedMilliseconds = record.pausedMilliseconds
        place = record.queuePosition.map { QueuePlace(position: $0, reason: record.reason) }
    }
}
