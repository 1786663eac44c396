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
