import DequeModule
import JSON
import TaskModel

/// The tasks in states that tasks pass through in a moment, so that those that stay can be reported.
///
/// One limit holds for all, so the first to come is the first due. Tasks that have left the state are removed by the next
/// tick only: removing each at once would set the timer anew each time.
struct TransientStates: Sendable {
    /// A task and when it came into its state, in uptime.
    struct Member: Sendable, Hashable {
        let id: TaskID
        let since: Duration
    }

    /// How long a task may be in such a state before it is reported.
    private let limit: Duration
    private var members: Deque<Member> = []

    init(limit: Duration) {
        self.limit = limit
    }

    /// When the first is due, in uptime, possibly one that has left the state; `nil` if there is none.
    var next: Duration? { members.first.map { $0.since + limit } }

    mutating func append(_ member: Member) {
        members.append(member)
    }

    /// Removes those that are due, and all before the first that is still in its state.
    ///
    /// - Returns: Those that are due and still in their state.
    mutating func popDue(at now: Duration, isCurrent: (Member) -> Bool) -> [Member] {
        var due: [Member] = []
        while let member = members.first {
            if isCurrent(member) {
                guard member.since + limit <= now else { break }
                due.append(member)
            }
            members.removeFirst()
        }
        return due
    }
}
