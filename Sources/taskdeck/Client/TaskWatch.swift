import TaskClient
import TaskModel

/// Waits for changes of tasks.
enum TaskWatch {
    /// The most tasks that a stream of events may be limited to.
    private static let nameLimit = 1000

    /// Calls `onChange` with each task as it is, and again whenever it has changed, until that returns true.
    ///
    /// - Throws: `TaskError`, also for a task that there is not, and when the service ends.
    nonisolated(nonsending) static func follow(
        _ ids: [TaskID], _ client: TaskClient, _ onChange: nonisolated(nonsending) (TaskRecord) async throws -> Bool
    ) async throws {
        // Those that have not ended: of the others it does not matter that they are removed.
        var names = Set(ids)
        var filter = EventFilter()
        if ids.count <= nameLimit { filter.tasks = ids }
        var missing = names
        for try await batch in try await client.events(filter) {
            for event in batch {
                switch try TaskEvent(event) {
                case .snapshot(let records, let isComplete, _, _):
                    for record in records where names.contains(record.id) {
                        missing.remove(record.id)
                        if try await onChange(record) { return }
                        if record.state.isFinal { names.remove(record.id) }
                    }
                    if isComplete, let id = missing.first { throw TaskError.notFound("\(id)") }
                case .task(let record):
                    guard names.contains(record.id) else { continue }
                    if try await onChange(record) { return }
                    if record.state.isFinal { names.remove(record.id) }
                case .removed(let id):
                    if names.contains(id) { throw TaskError.notFound("\(id)") }
                case .queue, .health, .gap, .unknown: break
                }
            }
        }
        throw TaskError.remote(.connectionLost(reason: "the service has ended"))
    }
}
