import TaskModel

// Running finished tasks again.
extension DashboardModel {
    /// Submits each finished target again, as a new task.
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
            return .runAgain(record.id)
        }
    }
}
