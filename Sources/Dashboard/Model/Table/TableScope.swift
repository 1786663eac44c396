/// The criteria for tasks to be in the table.
struct TableScope: Sendable, Hashable {
    /// Words that must occur, or must not.
    var filter = ""
    var hidesFinished = false
    var timeRange = TimeRange.all

    /// Whether no task is hidden.
    var isUnrestricted: Bool { filter.allSatisfy { $0 == " " } && !hidesFinished && timeRange == .all }

    /// Short descriptions of the active criteria: `not finished`, `today`, `/report`.
    func texts(_ localTime: LocalTime, _ glyphs: Glyphs) -> [String] {
        var texts: [String] = []
        if hidesFinished { texts.append("not finished") }
        if timeRange != .all { texts.append(timeRange.text(localTime)) }
        if !filter.allSatisfy({ $0 == " " }) {
            // A pasted text may be long; the filter line shows all of it.
            let isLong = filter.dropFirst(30).first != nil
            texts.append("/\(filter.prefix(30))" + (isLong ? String(Character(glyphs.ellipsis)) : ""))
        }
        return texts
    }
}
