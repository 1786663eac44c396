/// The tasks that are being stored, and so are not on the board yet; they count for the limit of the queue.
struct PendingSubmissions: Sendable {
    /// Those that can start as soon as there is a slot.
    private var ready = 0
    /// Those that wait for a time.
    private var timed = 0

    mutating func begin(isTimed: Bool) {
        if isTimed { timed += 1 } else { ready += 1 }
    }

    mutating func end(isTimed: Bool) {
        if isTimed { timed -= 1 } else { ready -= 1 }
    }

    /// Whether one more task would have to wait and find the queue full.
    ///
    /// - Parameters:
    ///   - limit: how many tasks may wait.
    ///   - isTimed: whether the task waits for a time.
    ///   - queued: how many tasks on the board wait.
    ///   - openSlots: how many tasks could start at once.
    func fillQueue(of limit: Int, for isTimed: Bool, queued: Int, openSlots: Int) -> Bool {
        let startsAtOnce = !isTimed && ready < openSlots
        return !startsAtOnce && queued + timed + max(0, ready - openSlots) >= limit
    }
}
