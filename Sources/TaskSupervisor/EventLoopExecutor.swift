import DequeModule
import NIOConcurrencyHelpers
package import NIOCore
import TaskBoard

/// Runs Swift tasks on the event loop of their input and output.
///
/// On Swift's own pool a request would change threads twice, and twice more to call a worker; waking a thread takes longer
/// than most requests. What blocks (the disk, forks, the screen) has threads of its own.
package final class EventLoopExecutor: TaskExecutor {
    /// The longest time that tasks run before the loop polls for input and output again.
    private static let turn = Duration.milliseconds(5)
    /// The pause after that, long enough for the loop to poll, also under a sanitizer.
    private static let pause = TimeAmount.microseconds(250)

    private struct Waiting {
        var jobs: Deque<UnownedJob> = []
        /// Whether the loop is about to run them.
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

    /// Runs waiting jobs, and those they enqueue, for one turn.
    ///
    /// NIO runs all that is ready before it polls again: a task that is always ready, such as one that reads from a worker
    /// that writes without end, would prevent that forever.
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
