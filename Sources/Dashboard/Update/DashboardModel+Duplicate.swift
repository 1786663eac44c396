// The form filled in from another task.
extension DashboardModel {
    /// Opens the form; starts no task.
    mutating func duplicate() -> [DashboardCommand] {
        let ids = targets.ids
        guard let id = ids.first, let record = tasks.rows[id]?.record else {
            showMessage(.failure, "there is no task to duplicate")
            return []
        }
        guard ids.count == 1 else {
            showMessage(.failure, "d fills in the form for one task; \(ids.count) are tagged (U removes the tags)")
            return []
        }
        return openForm(duplicating: record)
    }
}
