import TaskControl
import TaskModel

/// The appearance of a log record: time, mark, text.
///
/// Ids are shortened as in the table, states have their symbols and colors, and important records have a mark. Dumps
/// are muted, so that events are prominent.
struct LogLine {
    let localTime: LocalTime
    let glyphs: Glyphs
    /// The width of the log, in cells.
    let width: Int
    var hasTime = true

    private var isUnicode: Bool { glyphs.isUnicode }

    private var timeWidth: Int { !hasTime || width < 28 ? 0 : width < 40 ? 6 : 9 }

    private func time(of entry: LogEntry) -> Substring {
        localTime.clock(entry.record.time).prefix(max(0, timeWidth - 1))
    }

    /// The time and the mark.
    func prefix(of entry: LogEntry) -> CellText {
        let (mark, markStyle) = mark(of: entry)
        return CellText(timeWidth > 0 ? time(of: entry) + " " : "", isUnicode: isUnicode)
            .styled(style(of: entry))
            .appending(CellText(mark, isUnicode: isUnicode).styled(markStyle))
            .appending(CellText(String(repeating: " ", count: max(1, 2 - mark.unicodeScalars.count)), isUnicode: true))
    }

    /// The text after the prefix, truncated after about `limit` cells.
    func text(of entry: LogEntry, limit: Int) -> CellText {
        let base = style(of: entry)
        if entry.hiddenRows > 0 { return CellText(hiddenText(entry), isUnicode: isUnicode).styled(base) }
        var line = CellText("", isUnicode: isUnicode)
        for piece in pieces(of: entry) where line.width < limit {
            let text = CellText(piece.text, isUnicode: isUnicode, limit: limit - line.width)
            line = line.appending(text.styled(piece.style ?? base))
        }
        return line
    }

    /// The visible text of a record, for searching.
    func plainText(of entry: LogEntry) -> String {
        let text = entry.hiddenRows > 0 ? hiddenText(entry) : pieces(of: entry).map(\.text).joined()
        return "\(time(of: entry)) \(text)"
    }

    func style(of entry: LogEntry) -> Style {
        entry.record.dump == nil ? Style(Style.Role(entry.record.level)) : .muted
    }

    /// A text with its ids shortened as on the screen.
    func shortened(_ text: String) -> String {
        var result = ""
        var rest = text.startIndex
        for mention in TaskMention.all(in: text) {
            result += text[rest..<mention.range.lowerBound] + Format.short(mention.id, glyphs)
            rest = mention.range.upperBound
        }
        return result + text[rest...]
    }

    private func hiddenText(_ entry: LogEntry) -> String {
        "  \(glyphs.ellipsis) \(entry.hiddenRows) more (\(DashboardAction.dump.binding.label))"
    }

    // MARK: - Mark

    private func mark(of entry: LogEntry) -> (String, Style) {
        if entry.hiddenRows > 0 { return ("", .plain) }
        switch entry.record.level {
        // The failure of a task is a warning, but has its own symbol.
        case .warning where state(of: entry) == .failed: return (glyphs.symbol(.failed), Style(.failed))
        case .warning: return (glyphs.warning, Style(.warning))
        case .error, .critical: return (glyphs.symbol(.failed), Style(.error))
        case .trace, .debug, .info, .notice: break
        }
        guard let state = state(of: entry) else { return ("", .plain) }
        return (glyphs.symbol(state), Style(Style.Role(state)))
    }

    /// The state that a record about a task reports.
    private func state(of entry: LogEntry) -> TaskState? {
        let text = entry.record.text.utf8
        guard entry.record.dump != .summary, let id = entry.mentions.first else { return nil }
        // After the id and the type, and after the indentation of a dump row.
        let words = text[(text.firstIndex { $0 != UInt8(ascii: " ") } ?? text.startIndex)...]
            .split(separator: UInt8(ascii: " "), maxSplits: 3)
        guard words.count > 2, words[0].startIndex == id.range.lowerBound, words[0].endIndex == id.range.upperBound
        else { return nil }
        // The text after a colon comes from the worker.
        let word = words[2].prefix { $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: ",") }
        return TaskState(rawValue: String(Substring(word)))
    }

    // MARK: - Text

    private typealias Piece = (text: Substring, style: Style?)

    private func pieces(of entry: LogEntry) -> [Piece] {
        let record = entry.record
        var pieces: [Piece] = []
        if record.level < .info { pieces.append(("\(record.level.rawValue) ", nil)) }
        // The indentation of a dump row is replaced by its mark.
        let text = record.text[...]
        var rest = text.startIndex
        if record.dump != nil { pieces.append(("  ", nil)) }
        if entry.isDumpRow { rest = text.firstIndex { $0 != " " } ?? rest }
        for mention in entry.mentions where mention.range.lowerBound >= rest {
            append(text[rest..<mention.range.lowerBound], of: entry, to: &pieces)
            pieces.append((Format.short(mention.id, glyphs)[...], nil))
            rest = mention.range.upperBound
        }
        append(text[rest...], of: entry, to: &pieces)
        return pieces
    }

    /// Appends a text, with the states that the service names in their colors.
    private func append(_ text: Substring, of entry: LogEntry, to pieces: inout [Piece]) {
        guard entry.record.level == .info, !entry.mentions.isEmpty || entry.record.dump != nil else {
            return pieces.append((text, nil))
        }
        var rest = text.startIndex
        var index = text.startIndex
        let colon = entry.record.dump == .summary ? nil : text.utf8.firstIndex(of: UInt8(ascii: ":"))
        let end = colon ?? text.endIndex
        while index < end {
            // State names are ASCII; this runs for each line in each frame.
            let word = Substring(text.utf8[index..<end].prefix { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 | 0x20 })
            if let state = TaskState(rawValue: String(word)) {
                pieces.append((text[rest..<index], nil))
                pieces.append((word, Style(Style.Role(state))))
                rest = word.endIndex
            }
            index = word.endIndex < end ? text.utf8.index(after: word.endIndex) : end
        }
        pieces.append((text[rest...], nil))
    }
}
