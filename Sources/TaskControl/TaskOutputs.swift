package import TaskModel

/// The output of the programs that tasks run.
package protocol TaskOutputs: Sendable {
    /// A page of the output of an attempt; `nil` if there is no such task or attempt, or if it runs no program.
    ///
    /// The time and memory that a page takes are bounded, whatever has been written.
    ///
    /// - Parameter attempt: counted from 1; `nil` for the latest.
    /// - Throws: ``TaskError/storageUnavailable(reason:)``.
    func output(of id: TaskID, attempt: Int?, _ query: OutputQuery) async throws(TaskError) -> OutputPage?

    /// Signals that there may be more output of a task, in its latest attempt or one that follows.
    ///
    /// The first signal comes at once. Signals carry nothing: any number of them count as one until it is consumed.
    /// Nothing is read or polled between two of them. Ends with the service.
    func outputSignals(of id: TaskID) async -> any AsyncSequence<Void, Never> & Sendable
}
