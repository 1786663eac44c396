import DequeModule
import NIOConcurrencyHelpers
package import NIOCore
import TaskBoard

/// Runs tasks where their input and output are: on an event loop.
///
/// A request otherwise passes from the loop to a thread of Swift's own pool and back, and once more for the call to a
/// worker that it may need; each time a thread has to be woken, which takes longer than most requests do. What takes
/// long (the disk, forks, the screen) has threads of its own.
package final class EventLoopExecutor: TaskExecutor {
    /// How long tasks run before the loop looks for input and output again.
    private static let turn = Duration.milliseconds(5)
    /// How soon tasks go on then: not before the loop has come to look, however slow it is, as under a sanitizer.
    private static let pause = TimeAmount.microseconds(250)

    private struct Waiting {
        var jobs: Deque<UnownedJob> = []
        /// Whether the loop knows that there are some.
        var isScheduled = false
    }

    private let loop: any EventLoop
    private let waiting = NIOLockedValueBox(Waiting())

    package init(on loop: any EventLoop) {
        self.loop = loop
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let isFirst = waiting.withLockedValue { waiting in
            waiting.jobs.append(job)
            defer { waiting.isScheduled = true }
            return !waiting.isScheduled
        }
        if isFirst { loop.execute { self.run() } }
    }

    package func asUnownedTaskExecutor() -> UnownedTaskExecutor { UnownedTaskExecutor(ordinary: self) }

    /// Runs what waits, and what that brings about, for one turn.
    ///
    /// NIO runs whatever is ready before it looks for input again: a task that is ready again and again, such as one
    /// that reads what a worker writes without end, would keep it from that for ever.
    private func run() {
        let clock = ContinuousClock()
        let end = clock.now + Self.turn
        repeat {
            guard let job = next() else { return }
            job.runSynchronously(on: asUnownedTaskExecutor())
        } while clock.now < end
        loop.scheduleTask(in: Self.pause) { self.run() }
    }

    private func next() -> UnownedJob? {
        waiting.withLockedValue { waiting in
            let job = waiting.jobs.popFirst()
            if job == nil { waiting.isScheduled = false }
            return job
        }
    }
}
