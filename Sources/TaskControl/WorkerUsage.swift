/// The resources that a worker's process uses.
package struct WorkerUsage: Sendable, Hashable {
    /// Processor time since the worker's start, in seconds, on all processors together.
    package let cpuSeconds: Double
    /// The proportional set size in bytes; `nil` if it has not been read yet.
    package let memoryBytes: Int?

    package init(cpuSeconds: Double, memoryBytes: Int?) {
        self.cpuSeconds = cpuSeconds
        self.memoryBytes = memoryBytes
    }
}
