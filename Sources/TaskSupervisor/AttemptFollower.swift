import NIOConcurrencyHelpers
import TaskControl
import TaskModel

/// Follows the log of an attempt for one reader, until the attempt has ended.
final class AttemptFollower: Sendable {
    let task: TaskID
    let attempt: Int
    private let tasks: TaskService
    /// Whenever the log has grown, or the task has changed.
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation
    private let isStopped = NIOLockedValueBox(false)

    /// - Parameter begin: has `signal` called from now on; called before it returns.
    init(
        _ task: TaskID, attempt: Int, of tasks: TaskService, _ begin: (_ signal: AsyncStream<Void>.Continuation) -> Void
    ) {
        (self.task, self.attempt, self.tasks) = (task, attempt, tasks)
        (signals, signal) = AsyncStream<Void>.makeCoalescedSignals()
        begin(signal)
    }

    /// Whether nothing is written any more, or following has been stopped.
    var hasEnded: Bool { isStopped.withLockedValue(\.self) || tasks.hasEnded(task, attempt: attempt) }

    func stop() {
        isStopped.withLockedValue { $0 = true }
        signal.yield()
    }

    /// Waits until there may be more; false at the end of the service.
    ///
    /// A signal that came before it is called counts.
    func waitForMore() async -> Bool {
        var iterator = signals.makeAsyncIterator()
        return await iterator.next() != nil
    }
}
