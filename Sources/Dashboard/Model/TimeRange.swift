import TaskModel

/// Which tasks are shown by their time: a finished one by its end, one that is alive by the present.
enum TimeRange: Sendable, Hashable {
    case all, hour, today, yesterday, week
    /// A day of the operator, given by a time in it.
    case day(Timestamp)

    /// Times from `start` on, and before `end` if there is one.
    struct Interval: Sendable, Hashable {
        let start: Timestamp
        let end: Timestamp?

        func contains(_ time: Timestamp) -> Bool { start <= time && end.map { time < $0 } ?? true }
    }

    /// What the menu offers; without a range it asks for a day.
    static let choices: [(key: Unicode.Scalar, text: String, range: TimeRange?)] = [
        ("a", "all times", .all), ("h", "the last hour", .hour), ("t", "today", .today),
        ("y", "yesterday", .yesterday), ("w", "the last 7 days", .week), ("d", "a date", nil),
    ]

    /// Which of ``choices`` it is: a day is the last one.
    var choiceIndex: Int { Self.choices.firstIndex { $0.range == self } ?? Self.choices.count - 1 }

    /// `nil` stands for all times.
    func interval(at now: Timestamp, _ localTime: LocalTime) -> Interval? {
        switch self {
        case .all: return nil
        case .hour: return Interval(start: now.moved(hours: -1), end: nil)
        case .week: return Interval(start: now.moved(hours: -7 * 24), end: nil)
        case .today: return Interval(start: localTime.startOfDay(now), end: nil)
        case .yesterday:
            let today = localTime.startOfDay(now)
            // Days have 23 to 25 hours: half a day before midnight is always in the day before.
            return Interval(start: localTime.startOfDay(today.moved(hours: -12)), end: today)
        case .day(let time):
            let start = localTime.startOfDay(time)
            return Interval(start: start, end: localTime.startOfDay(start.moved(hours: 36)))
        }
    }

    /// `today`, `24 Nov 2026`.
    func text(_ localTime: LocalTime) -> String {
        switch self {
        case .all: return "all times"
        case .hour: return "last hour"
        case .today: return "today"
        case .yesterday: return "yesterday"
        case .week: return "last 7 days"
        case .day(let time):
            let year = localTime.full(time).prefix(4)
            return "\(localTime.date(time).dropLast(6)) \(year)"
        }
    }
}

extension Timestamp {
    fileprivate func moved(hours: Int64) -> Timestamp {
        Timestamp(milliseconds: milliseconds + hours * 3_600_000)
    }
}

/// A day as an operator writes it.
enum DayText {
    /// What is right, for hints and errors.
    static let examples = "2026-11-24, 24.11., 24 Nov or yesterday"

    private static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ]

    /// The day's midnight; `nil` for what is no day.
    ///
    /// Without a year it is the last such day that has begun.
    static func parse(_ text: String, at now: Timestamp, _ localTime: LocalTime) -> Timestamp? {
        let text = text.lowercased()
        let words = text.split { " .,-/".contains($0) }
        switch words.first {
        case "today" where words.count == 1: return localTime.startOfDay(now)
        case "yesterday" where words.count == 1:
            return TimeRange.yesterday.interval(at: now, localTime)?.start
        default: break
        }
        // A year first has the month next; otherwise the day is first.
        var parts = words.first?.count == 4 && words.first?.first?.isNumber == true ? words.reversed() : words
        guard (2...3).contains(parts.count) else { return nil }
        // A month that has its name may come first.
        if month(named: parts[0]) != nil { parts.swapAt(0, 1) }
        guard let day = number(parts[0], digits: 1...2),
            let month = number(parts[1], digits: 1...2) ?? month(named: parts[1])
        else { return nil }
        if parts.count == 3 {
            return number(parts[2], digits: 4...4).flatMap { midnight($0, month, day, localTime) }
        }
        guard let thisYear = Int(localTime.full(now).prefix(4)) else { return nil }
        // The 29th of February may be eight years ago.
        return (0...8).lazy.compactMap { midnight(thisYear - $0, month, day, localTime) }.first { $0 <= now }
    }

    /// Counted from 1, by its name or at least the first three letters of it.
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
