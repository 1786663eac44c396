import TaskModel

// Questions before tasks are ended.
extension DashboardModel {
    /// Asks whether to end the targets that are alive: `t` is beside `r`, and neither can be undone.
    mutating func confirmEnd(by action: TaskAction) {
        let targets = targets
        guard !alive(among: targets.ids).isEmpty else {
            // There is nothing to ask; the message says why.
            _ = perform(action, on: targets.ids)
            return
        }
        overlays.append(.confirmation(Confirmation(purpose: action == .kill ? .kill(targets) : .terminate(targets))))
    }

    /// Ends those tasks of a question that are still alive.
    mutating func end(_ ids: [TaskID], by action: TaskAction) -> [DashboardCommand] {
        guard !alive(among: ids).isEmpty else {
            showMessage(.failure, "nothing was \(action.participle): finished meanwhile")
            return []
        }
        return perform(action, on: ids)
    }

    /// Those of some tasks that have not ended.
    func alive(among ids: [TaskID]) -> [TaskID] {
        ids.filter { tasks.rows[$0]?.record.state.isFinal == false }
    }
}
