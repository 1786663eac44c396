import TaskModel

/// A day as the operator types it.
enum DayText {
    /// Valid inputs, for hints and errors.
    static let examples = "2026-11-24, 24.11., 24 Nov or yesterday"

    private static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ]

    /// The midnight at which the day begins; `nil` if the text is not a day.
    ///
    /// Without a year, it is the latest such day that has begun.
    static func parse(_ text: String, at now: Timestamp, _ localTime: LocalTime) -> Timestamp? {
        let text = text.lowercased()
        let words = text.split { " .,-/".contains($0) }
        switch words.first {
        case "today" where words.count == 1: return localTime.startOfDay(now)
        case "yesterday" where words.count == 1:
            return TimeRange.yesterday.interval(at: now, localTime)?.start
        default: break
        }
        // After a year comes the month; otherwise the day is first.
        var parts = words.first?.count == 4 && words.first?.first?.isNumber == true ? words.reversed() : words
        guard (2...3).contains(parts.count) else { return nil }
        // A month name may come first.
        if month(named: parts[0]) != nil { parts.swapAt(0, 1) }
        guard let day = number(parts[0], digits: 1...2),
            let month = number(parts[1], digits: 1...2) ?? month(named: parts[1])
        else { return nil }
        if parts.count == 3 {
            return number(parts[2], digits: 4...4).flatMap { midnight($0, month, day, localTime) }
        }
        guard let thisYear = Int(localTime.full(now).prefix(4)) else { return nil }
        // February 29 may be up to eight years ago.
        return (0...8).lazy.compactMap { midnight(thisYear - $0, month, day, localTime) }.first { $0 <= now }
    }

    /// The number of a month, from 1, given its name or at least three letters of it.
    private static func month(named word: Substring) -> Int? {
        word.count < 3 ? nil : months.firstIndex { $0.hasPrefix(word) }.map { $0 + 1 }
    }

    private static func number(_ text: Substring, digits: ClosedRange<Int>) -> Int? {
        digits.contains(text.count) && text.allSatisfy(\.isASCII) ? Int(text) : nil
    }

    private static func midnight(_ year: Int, _ month: Int, _ day: Int, _ localTime: LocalTime) -> Timestamp? {
        func digits(_ number: Int, _ count: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        let date = "\(digits(year, 4))-\(digits(month, 2))-\(digits(day, 2))"
        guard let shown = Timestamp("\(date)T00:00:00Z"), shown.description.hasPrefix(date) else { return nil }
        return localTime.utc(shown)
    }
}
