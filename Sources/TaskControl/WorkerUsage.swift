/// What one worker's process uses of the machine.
package struct WorkerUsage: Sendable, Hashable {
    /// Seconds of processor time since the worker was started, on all processors together.
    package let cpuSeconds: Double
    /// Bytes of memory in use, of shared pages its part (PSS); `nil` if not read yet.
    package let memoryBytes: Int?

    package init(cpuSeconds: Double, memoryBytes: Int?) {
        self.cpuSeconds = cpuSeconds
        self.memoryBytes = memoryBytes
    }
}
