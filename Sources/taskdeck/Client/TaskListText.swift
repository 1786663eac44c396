import Dashboard
import TaskModel

/// The table of tasks that `taskdeck ls` prints.
enum TaskListText {
    private static let columns: [TextTable.Column] = [
        .init(title: "ID"),
        .init(title: "STATE"),
        .init(title: "DONE", alignsRight: true, dispensability: 3),
        .init(title: "ELAPSED", alignsRight: true, dispensability: 5),
        .init(title: "CREATED", dispensability: 6),
        .init(title: "TYPE", dispensability: 4),
        .init(title: "TITLE", dispensability: 1, minimum: 8),
        .init(title: "STEP / WHY", dispensability: 2, minimum: 10),
    ]

    static func lines(
        _ records: [TaskRecord], _ terminal: ShellTerminal, at now: Timestamp, in localTime: LocalTime = .system
    ) -> [String] {
        let text = TaskText(terminal, ids: records.map(\.id), now: now, localTime: localTime)
        var table = TextTable(columns)
        table.rows = records.map { record in
            let color = TaskText.color(of: record.state)
            let muted: TextColor = record.state.isFinal ? .muted : .plain
            return [
                .init(text: text.id(record.id)),
                .init(text: record.state.rawValue, color: color),
                .init(text: TaskText.percent(record)),
                .init(text: TaskText.elapsed(record)),
                .init(text: text.time(record.createdAt), color: muted),
                .init(text: record.type, color: muted),
                .init(text: record.title),
                .init(text: text.explanation(of: record), color: record.state == .failed ? .bad : muted),
            ]
        }
        return table.lines(for: terminal)
    }
}
