import Glibc

extension ProcessTree {
    /// The time after which processes that could not be killed are left.
    package static let killLimit = Duration.seconds(5)

    /// Kills what each pass finds, until one proves that all have ended, at the latest after ``killLimit``.
    ///
    /// Blocks.
    ///
    /// - Parameter pass: returns the processes that have not ended, and whether there is nothing left to kill.
    /// - Returns: The processes of the last pass.
    static func killAll(
        inPasses pass: () -> (living: [ProcessEntry], isOver: Bool)
    ) -> [ProcessEntry] {
        let clock = ContinuousClock()
        let deadline = clock.now + killLimit
        var signal = TreeSignal(SIGKILL)
        while true {
            // Before the pass: what one that was slow has found alive may have been killed by it.
            let isLast = clock.now >= deadline
            let (living, isOver) = pass()
            let milliseconds = signal.send(to: living)
            if isOver || isLast { return living }
            // No event of its own to wait for: they are no children of this process, or are reaped elsewhere.
            if milliseconds > 0 { usleep(UInt32(milliseconds) * 1000) }
        }
    }
}
