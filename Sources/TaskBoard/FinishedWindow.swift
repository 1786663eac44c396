import DequeModule
import JSON
import TaskModel

/// The tasks in memory that have ended, in the order of their end.
struct FinishedWindow: Sendable {
    struct Member: Sendable {
        let id: TaskID
        /// When its end was shown.
        let time: Timestamp
        /// Bytes of memory.
        let size: Int
    }

    private(set) var members: Deque<Member> = []
    /// Bytes of memory of all members.
    private(set) var size = 0

    mutating func append(_ member: Member) {
        members.append(member)
        size += member.size
    }

    /// Removes the first to have ended if there are too many or they take too much memory.
    ///
    /// - Parameters:
    ///   - count: the most members; `nil` means any number.
    ///   - size: the most bytes, unless there is only one member.
    mutating func removeExcess(count: Int?, size: Int) -> TaskID? {
        let isExceeded = count.map { members.count > $0 } ?? false || members.count > 1 && self.size > size
        guard isExceeded, let first = members.popFirst() else { return nil }
        self.size -= first.size
        return first.id
    }

    mutating func remove(_ id: TaskID) {
        // The oldest, and so nearly always the first.
        guard let index = members.firstIndex(where: { $0.id == id }) else { return }
        size -= members.remove(at: index).size
    }
}
