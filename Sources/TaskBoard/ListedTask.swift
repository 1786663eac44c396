import TaskModel

/// One revision of a task as lists and single reads need it; valid as long as the board has that revision.
final class ListedTask: Sendable {
    let body: RecordBody
    /// Its rank among the tasks that could be started; `nil` for all others.
    let rank: QueueRank?
    let times: Times

    init(_ entry: TaskEntry, at now: Moment) {
        body = RecordBody(entry.record(at: now))
        rank = entry.queueRank
        times = Times(entry.clock, at: now.uptime)
    }

    /// An ``ActivityClock`` in nanoseconds: durations are too wide to compute two for every task of a list.
    struct Times: Sendable {
        /// At ``start``.
        private let active: Int64
        private let paused: Int64
        private let start: Int64
        private let isActive: Bool
        private let isPaused: Bool

        fileprivate init(_ clock: ActivityClock, at now: Duration) {
            (active, paused) = (clock.active(at: now).nanoseconds, clock.paused(at: now).nanoseconds)
            (isActive, isPaused) = (clock.isActive, clock.isPaused)
            start = now.nanoseconds
        }

        /// - Parameter uptime: nanoseconds.
        func milliseconds(at uptime: Int64) -> (active: Int, paused: Int) {
            let time = max(0, uptime - start)
            return (
                Int((active + (isActive ? time : 0)) / 1_000_000), Int((paused + (isPaused ? time : 0)) / 1_000_000)
            )
        }
    }
}

extension Duration {
    /// Whole nanoseconds, truncated.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
