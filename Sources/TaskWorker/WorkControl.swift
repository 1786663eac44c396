/// The means of pausing, resuming and stopping the work of a worker.
protocol WorkControl: Sendable {
    /// Requests a pause.
    ///
    /// - Parameter report: called, at most once and on any thread, when the work is paused.
    func pause(_ report: @escaping @Sendable () -> Void)

    /// Requests that the work continues.
    ///
    /// - Parameter report: called, at most once and on any thread, when work that was paused continues.
    func resume(_ report: @escaping @Sendable () -> Void)

    /// Requests that the work ends.
    func stop()

    /// Kills the program; ends this process where the work is none.
    func kill()
}

extension PausePoint: WorkControl {
    func pause(_ report: @escaping @Sendable () -> Void) { pause(onPause: report) }
    func resume(_ report: @escaping @Sendable () -> Void) { resume(onResume: report) }
    func kill() { SupervisorWatch.endByQuit() }
}
