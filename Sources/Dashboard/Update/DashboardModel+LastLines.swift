import TaskModel

// The last lines of output in the table.
extension DashboardModel {
    /// Requests the last lines that the table shows.
    mutating func updateLastLines() -> [DashboardCommand] {
        guard overlays.first?.coversPanes != true, layout.tableRows > 0 else { return [] }
        let visible = tasks.visible
        lastLines.drop(except: visible)
        let records = visible.compactMap { tasks.rows[$0]?.record }.filter(Self.showsLastLine)
        return lastLines.request(for: records, at: now.uptime).map { .readLastLine($0) }
    }

    /// Whether the table has nothing else to show of a task.
    private static func showsLastLine(_ record: TaskRecord) -> Bool {
        record.runsProgram && record.error == nil && record.progress.step == nil
    }
}

extension OutputPage {
    /// The last line that is not empty, without styles; `nil` if there is none.
    var lastText: String? {
        (lines + openLines).reversed().lazy.map { $0.text.map(\.text).joined() }
            .first { $0.unicodeScalars.contains { $0 != " " && $0 != "\t" } }
    }
}
