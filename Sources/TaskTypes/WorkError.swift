/// Why work has ended without a result.
package enum WorkError: Error, Hashable {
    /// The task has been asked to stop.
    case stopped
    /// The work has failed; the message becomes the task's error.
    case failed(String)
}
