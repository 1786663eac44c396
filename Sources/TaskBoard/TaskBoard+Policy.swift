import TaskModel

extension TaskBoard {
    /// The time limits of decisions.
    package struct Timing: Sendable {
        /// From the request that a task ends until SIGTERM.
        package var grace = Duration.seconds(5)
        /// From the start of a process until its HTTP server is open.
        package var startup = Duration.seconds(5)
        /// From a call to a worker until its effect shows on the pipe.
        package var acknowledgement = Duration.seconds(1)
        /// At least this long between SIGTERM and SIGKILL.
        package var lastNotice = Duration.milliseconds(250)
        /// From the first failure to the second attempt; doubles with every failure.
        package var backOff = Duration.seconds(1)
        /// The longest time between two attempts.
        package var longestBackOff = Duration.seconds(300)
        /// The time within which a civil clock that was set is noticed, while a task waits for a civil time.
        package var clockCheck = Duration.seconds(30)
        /// From the first launch that yields no worker to the next one; doubles with every failure.
        package var launchBackOff = Duration.seconds(1)
        /// The longest time between two such launches.
        package var longestLaunchBackOff = Duration.seconds(30)
        /// How long a task may be starting or stopping before this is logged.
        package var passing = Duration.seconds(1)
        /// From the first sign of a signal that the service has not sent until it counts as from outside.
        ///
        /// systemd signals workers and service at once, in any order.
        package var shutdownNotice = Duration.milliseconds(250)

        package init() {}
    }

    /// The operator's settings.
    package struct Policy: Sendable {
        /// The most tasks with a worker at the same time; `nil` means any number.
        package var maxRunning: Int?
        /// The most finished tasks in memory, the last ones; `nil` means all.
        package var window: Int?
        /// Bytes of memory that finished tasks may take, with their JSON and logs.
        package var windowSize = 64 << 20
        /// Bytes of memory for the data of tasks that have not ended.
        package var dataSize = DataBudget.defaultSize
        /// Whether queued tasks outlive the service.
        package var keepsQueue = false
        /// Whether tasks that the service's end interrupts are queued for another attempt.
        package var requeuesInterrupted = false

        package init(
            maxRunning: Int? = nil, window: Int? = nil, windowSize: Int = 64 << 20,
            dataSize: Int = DataBudget.defaultSize, keepsQueue: Bool = false, requeuesInterrupted: Bool = false
        ) {
            self.maxRunning = maxRunning
            self.window = window
            self.windowSize = windowSize
            self.dataSize = dataSize
            self.keepsQueue = keepsQueue
            self.requeuesInterrupted = requeuesInterrupted
        }
    }
}
