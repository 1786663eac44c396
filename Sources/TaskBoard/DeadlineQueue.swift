import HeapModule
import TaskModel

/// The deadlines of tasks, the earliest first.
///
/// A deadline that has moved stays in the queue until it is due.
struct DeadlineQueue: Sendable {
    private struct Entry: Comparable, Sendable {
        let deadline: Duration
        let id: TaskID

        static func < (left: Entry, right: Entry) -> Bool {
            (left.deadline, left.id) < (right.deadline, right.id)
        }
    }

    private var heap = Heap<Entry>()

    /// The earliest deadline, possibly one that has moved.
    var next: Duration? { heap.min?.deadline }

    mutating func insert(_ deadline: Duration, for id: TaskID) {
        heap.insert(Entry(deadline: deadline, id: id))
    }

    /// Removes a task whose deadline has come; the caller checks whether it has moved.
    mutating func popDue(at now: Duration) -> TaskID? {
        guard let first = heap.min, first.deadline <= now else { return nil }
        return heap.removeMin().id
    }
}
