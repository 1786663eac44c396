/// Which tasks the table shows: what hides the others.
struct TableScope: Sendable, Hashable {
    /// Words that a task must have, or must not.
    var filter = ""
    var hidesFinished = false
    var timeRange = TimeRange.all

    /// Whether nothing is hidden.
    var isUnrestricted: Bool { filter.allSatisfy { $0 == " " } && !hidesFinished && timeRange == .all }

    /// What is on, each in short: `not finished`, `today`, `/report`.
    func texts(_ localTime: LocalTime, _ glyphs: Glyphs) -> [String] {
        var texts: [String] = []
        if hidesFinished { texts.append("not finished") }
        if timeRange != .all { texts.append(timeRange.text(localTime)) }
        if !filter.allSatisfy({ $0 == " " }) {
            // A pasted text may be long; the filter's own line has all of it.
            let isLong = filter.dropFirst(30).first != nil
            texts.append("/\(filter.prefix(30))" + (isLong ? String(Character(glyphs.ellipsis)) : ""))
        }
        return texts
    }
}
