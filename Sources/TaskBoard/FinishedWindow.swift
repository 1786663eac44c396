import DequeModule
import JSON
import TaskModel

/// The tasks in memory that have ended, in the order of their end.
struct FinishedWindow: Sendable {
    struct Member: Sendable {
        let id: TaskID
        /// When its end was heard of here.
        let time: Timestamp
        /// Bytes of memory that it takes.
        let size: Int
    }

    private(set) var members: Deque<Member> = []
    /// Bytes of memory that all of them take.
    private(set) var size = 0

    mutating func append(_ member: Member) {
        members.append(member)
        size += member.size
    }

    /// Removes the first one to end, if there are too many or they take too much memory.
    ///
    /// - Parameters:
    ///   - count: the most there may be; `nil` means any number.
    ///   - size: the most bytes they may take, unless there is only one.
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
