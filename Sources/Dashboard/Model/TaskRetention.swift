/// The fate of tasks when the service ends.
package enum TaskRetention: Sendable, Hashable {
    /// Tasks are in memory only and are lost.
    case none
    /// Tasks are on disk. Queued tasks stay queued; tasks with a worker are terminated or, if `requeues`, queued for
    /// another attempt.
    case onDisk(requeues: Bool)
    /// The service is in another process.
    case unknown
}
