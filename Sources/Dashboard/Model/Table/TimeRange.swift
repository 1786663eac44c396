import TaskModel

/// A time range of the table.
///
/// A finished task belongs to the time of its end, any other task to the present.
enum TimeRange: Sendable, Hashable {
    case all, hour, today, yesterday, week
    /// A day in the operator's time zone, given by a time within it.
    case day(Timestamp)

    /// The times from `start` up to, but not including, `end`.
    struct Interval: Sendable, Hashable {
        let start: Timestamp
        let end: Timestamp?

        func contains(_ time: Timestamp) -> Bool { start <= time && end.map { time < $0 } ?? true }
    }

    /// The items of the menu of time ranges.
    static let choices: [(key: Unicode.Scalar, text: String, choice: Menu.Choice)] = [
        ("a", "all times", .timeRange(.all)), ("h", "the last hour", .timeRange(.hour)),
        ("t", "today", .timeRange(.today)), ("y", "yesterday", .timeRange(.yesterday)),
        ("w", "the last 7 days", .timeRange(.week)), ("d", "a date", .day),
    ]

    /// The index of the range in ``choices``; a day is the last one.
    var choiceIndex: Int {
        Self.choices.firstIndex { $0.choice == .timeRange(self) } ?? Self.choices.count - 1
    }

    /// The interval of the range; `nil` for all times.
    func interval(at now: Timestamp, _ localTime: LocalTime) -> Interval? {
        switch self {
        case .all: return nil
        case .hour: return Interval(start: now.advanced(hours: -1), end: nil)
        case .week: return Interval(start: now.advanced(hours: -7 * 24), end: nil)
        case .today: return Interval(start: localTime.startOfDay(now), end: nil)
        case .yesterday:
            let today = localTime.startOfDay(now)
            // Days have 23 to 25 hours: 12 hours before midnight is always on the day before.
            return Interval(start: localTime.startOfDay(today.advanced(hours: -12)), end: today)
        case .day(let time):
            let start = localTime.startOfDay(time)
            return Interval(start: start, end: localTime.startOfDay(start.advanced(hours: 36)))
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
