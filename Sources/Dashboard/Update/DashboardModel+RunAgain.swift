import JSON
import TaskModel

// Starting finished tasks again, each as a new one.
extension DashboardModel {
    /// Starts finished tasks again, each as a new one.
    mutating func runAgain() -> [DashboardCommand] {
        let ids = targets.ids
        guard !ids.isEmpty else {
            showMessage(.failure, "there is no task to run again")
            return []
        }
        let finished = ids.compactMap { tasks.rows[$0]?.record }.filter(\.state.isFinal)
        let batch = ActionBatch(.runAgain, of: makeTargets(of: ids), refusals: [.notEnded: ids.count - finished.count])
        guard begin(batch) else { return [] }
        return finished.map { record in
            expectAnswer(.copy(record.id))
            return .submit(Self.draft(from: record), from: .copy(of: record.id))
        }
    }

    /// What would make the same task anew, at once; without its data if that is only stored.
    static func draft(from record: TaskRecord) -> TaskDraft {
        var options = record.options
        options.notBefore = nil
        return TaskDraft(type: record.type, data: record.data?.value, options: options)
    }
}
