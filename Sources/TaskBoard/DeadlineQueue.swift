import HeapModule
import TaskModel

/// When which task is due.
///
/// Deadlines that have moved since stay in until they come up.
struct DeadlineQueue: Sendable {
    private struct Entry: Comparable, Sendable {
        let deadline: Duration
        let id: TaskID

        static func < (left: Entry, right: Entry) -> Bool {
            (left.deadline, left.id) < (right.deadline, right.id)
        }
    }

    private var heap = Heap<Entry>()

    /// The earliest deadline, possibly one that no longer holds.
    var next: Duration? { heap.min?.deadline }

    mutating func insert(_ deadline: Duration, for id: TaskID) {
        heap.insert(Entry(deadline: deadline, id: id))
    }

    /// Takes out a task whose deadline has come; the caller checks that it still holds.
    mutating func popDue(at now: Duration) -> TaskID? {
        guard let first = heap.min, first.deadline <= now else { return nil }
        return heap.removeMin().id
    }
}
