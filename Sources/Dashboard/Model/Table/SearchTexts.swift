import TaskModel

/// The texts that filters search, computed once for each change of a task while there is a filter.
struct SearchTexts: Sendable {
    private var texts: [TaskID: FilteredText] = [:]
    private let localTime: LocalTime

    init(_ localTime: LocalTime) {
        self.localTime = localTime
    }

    mutating func remove(_ id: TaskID) {
        texts[id] = nil
    }

    mutating func removeAll() {
        if !texts.isEmpty { texts = [:] }
    }

    func text(of record: TaskRecord) -> FilteredText {
        texts[record.id] ?? FilteredText(Self.text(of: record, localTime))
    }

    /// Returns the text of a record and caches it.
    mutating func cachedText(of record: TaskRecord) -> FilteredText {
        let text = text(of: record)
        texts[record.id] = text
        return text
    }

    /// The text that the table may show of a task, and its dates.
    private static func text(of record: TaskRecord, _ localTime: LocalTime) -> String {
        var parts = [record.id.description, record.type, record.state.rawValue, record.title]
        if let name = record.name, name != record.title { parts.append(name) }
        if record.notAnsweringSince != nil { parts.append("not answering") }
        parts += [record.progress.step, record.error, record.reason?.description].compactMap { $0 }
        for time in [record.startedAt ?? record.createdAt, record.finishedAt].compactMap({ $0 }) {
            parts.append("\(localTime.full(time).prefix(16)) \(localTime.date(time))")
        }
        return parts.joined(separator: " ")
    }
}
