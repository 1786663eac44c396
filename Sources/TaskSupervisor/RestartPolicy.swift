/// What becomes of tasks that had a worker when the service ended.
package enum RestartPolicy: String, Sendable, CaseIterable {
    /// They have failed.
    case fail
    /// They are queued for another attempt.
    case requeue
}
