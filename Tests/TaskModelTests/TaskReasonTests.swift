import TaskModel
import Testing

@Suite("The sentence of a reason")
struct TaskReasonTests {
    private static let time = Timestamp(milliseconds: 1_796_101_200_000)
    private static let later = Timestamp(milliseconds: 1_796_101_203_250)

    @Test(
        "is one sentence with absolute times in UTC",
        arguments: [
            (.queuePaused, "the queue is held"),
            (.noSlot(limit: 2, paused: 2, ahead: 3), "2 of 2 may run, both are paused; 3 tasks are before it"),
            (.noSlot(limit: 8, paused: 0, ahead: 0), "8 of 8 may run; it is the next"),
            (.noSlot(limit: 8, paused: 8, ahead: 1), "8 of 8 may run, all are paused; 1 task is before it"),
            (.noSlot(limit: 1, paused: 1, ahead: 0), "1 of 1 may run, and it is paused; it is the next"),
            (.notBefore(time), "not before 2026-12-01T05:00:00Z"),
            (.notBefore(later), "not before 2026-12-01T05:00:03.250Z"),
            (
                .retry(number: 2, of: 3, at: time, error: "timed out after 8 s"),
                "attempt 2 of 3 at 2026-12-01T05:00:00Z: timed out after 8 s"
            ),
            (
                .ending(.sigterm, since: time, next: .sigkill, at: later),
                "SIGTERM was sent at 2026-12-01T05:00:00Z, SIGKILL at 2026-12-01T05:00:03.250Z"
            ),
            (.ending(.sigkill, since: time, next: nil, at: nil), "SIGKILL was sent at 2026-12-01T05:00:00Z"),
            (
                .notAnswering(since: time, isStopped: true),
                "its worker has been stopped by a signal since 2026-12-01T05:00:00Z"
            ),
        ] as [(TaskReason, String)])
    func sentences(reason: TaskReason, sentence: String) {
        #expect(reason.description == sentence)
    }

    @Test(
        "of a task in the queue names what has to change first",
        arguments: [
            (true, 2, 8, "disk", 1, .queuePaused), (false, 8, 8, "disk", 1, .launchFailed("disk")),
            (false, 8, 8, nil, 4, .noSlot(limit: 8, paused: 5, ahead: 3)), (false, 7, 8, nil, 4, .turn(ahead: 3)),
            (false, 900, nil, nil, 1, .turn(ahead: 0)),
        ] as [(Bool, Int, Int?, String?, Int, TaskReason)])
    func inQueue(
        isPaused: Bool, active: Int, limit: Int?, failure: String?, position: Int, reason: TaskReason
    ) {
        let queue = QueueStatus(isPaused: isPaused, maxRunning: limit, active: active, queued: 9)
        #expect(TaskReason.inQueue(queue, paused: 5, position: position, launchFailure: failure) == reason)
    }
}
