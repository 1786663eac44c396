/// What becomes of tasks when the service ends.
package enum TaskRetention: Sendable, Hashable {
    /// They are in memory only, and all are forgotten.
    case none
    /// They are on disk: those that wait go on waiting; those that have a worker are terminated, or, if `requeues`,
    /// wait for another attempt.
    case onDisk(requeues: Bool)
}
