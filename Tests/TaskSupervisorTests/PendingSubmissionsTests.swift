import Testing

@testable import TaskSupervisor

@Suite("Submissions in flight")
struct PendingSubmissionsTests {
    @Test("tasks that are being stored count for the limit of the queue, unless they will start at once")
    func pendingSubmissions() {
        func isFull(_ pending: PendingSubmissions, timed: Bool = false, queued: Int = 0, openSlots: Int) -> Bool {
            pending.fillQueue(of: 2, for: timed, queued: queued, openSlots: openSlots)
        }
        var pending = PendingSubmissions()
        #expect(!isFull(pending, queued: 1, openSlots: 0))
        #expect(isFull(pending, queued: 2, openSlots: 0))
        // It starts at once, unless it waits for a time, as the two do.
        #expect(!isFull(pending, queued: 2, openSlots: 1))
        #expect(isFull(pending, timed: true, queued: 2, openSlots: 1))
        pending.begin(isTimed: false)
        #expect(!isFull(pending, queued: 2, openSlots: .max))
        #expect(isFull(pending, queued: 2, openSlots: 1))
        #expect(isFull(pending, queued: 1, openSlots: 0))
        #expect(!isFull(pending, queued: 1, openSlots: 1))
        pending.begin(isTimed: true)
        #expect(isFull(pending, queued: 1, openSlots: 1))
        #expect(!isFull(pending, queued: 1, openSlots: 2))
        pending.end(isTimed: true)
        pending.end(isTimed: false)
        #expect(!isFull(pending, queued: 1, openSlots: 0))
    }
}
