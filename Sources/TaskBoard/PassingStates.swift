import DequeModule
import JSON
import TaskModel

/// Tasks in states that they pass through, for those to be found that stay in one.
///
/// All may stay for the same time, so that those that came first are due first. Tasks that have gone on are left in
/// until a tick: hardly any stays, and each that has gone on would set the timer anew.
struct PassingStates: Sendable {
    /// A task and when it came into its state, in uptime.
    struct Member: Sendable, Hashable {
        let id: TaskID
        let since: Duration
    }

    /// How long a task may be in such a state without a word.
    private let limit: Duration
    private var members: Deque<Member> = []

    init(limit: Duration) {
        self.limit = limit
    }

    /// When the first is due, in uptime, possibly one that has gone on; `nil` if there is none.
    var next: Duration? { members.first.map { $0.since + limit } }

    mutating func append(_ member: Member) {
        members.append(member)
    }

    /// Takes out those that are due, and all before the first that is still in its state.
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
