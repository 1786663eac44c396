import TaskModel

// Confirmation before tasks are ended.
extension DashboardModel {
    /// Asks for confirmation to end the targets that are alive: `t` is next to `r`, and there is no undo.
    mutating func confirmEnd(by action: TaskAction) {
        let targets = targets
        guard !alive(among: targets.ids).isEmpty else {
            // Nothing to confirm: the request shows why.
            _ = perform(action, on: targets.ids)
            return
        }
        overlays.append(.confirmation(Confirmation(purpose: action == .kill ? .kill(targets) : .terminate(targets))))
    }

    /// Ends the confirmed tasks that are still alive.
    mutating func end(_ ids: [TaskID], by action: TaskAction) -> [DashboardCommand] {
        guard !alive(among: ids).isEmpty else {
            showMessage(.failure, "nothing was \(action.participle): finished meanwhile")
            return []
        }
        return perform(action, on: ids)
    }

    /// The tasks that have not ended.
    func alive(among ids: [TaskID]) -> [TaskID] {
        ids.filter { tasks.rows[$0]?.record.state.isFinal == false }
    }
}
