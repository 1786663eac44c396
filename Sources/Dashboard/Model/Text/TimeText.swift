package import TaskModel

/// The reason why a text is not a future time, with valid inputs.
package struct TimeTextError: Error, Hashable {
    package let message: String
}

extension LocalTime {
    /// Inputs of ``time(from:at:)``, for hints.
    package static let examples = "06:00, tomorrow 06:00, Tue 06:00, +2h30m, 2026-12-01 06:00"

    /// Parses a future time.
    ///
    /// `06:00` is the next time at which local clocks show it; `today`, `tomorrow`, a weekday or a date may precede it.
    /// `+2h30m` is relative to now. RFC 3339 is accepted, too.
    ///
    /// - Throws: ``TimeTextError`` for any other text, and for a time in the past.
    package func time(from text: String, at now: Timestamp) throws(TimeTextError) -> Timestamp {
        let words = text.split(whereSeparator: \.isWhitespace).map { $0.lowercased() }
        guard let time = try read(words, at: now) else {
            throw TimeTextError(message: "is not a time; use \(Self.examples), or RFC 3339")
        }
        guard time > now else {
            throw TimeTextError(message: "has passed: it was \(now.text(since: time)); leave it empty to start now")
        }
        return time
    }

    /// The time; `nil` if the words are not a time.
    private func read(_ words: [String], at now: Timestamp) throws(TimeTextError) -> Timestamp? {
        guard let first = words.first else { return nil }
        if let time = Timestamp(words.joined(separator: "t")) { return time }
        if first.hasPrefix("+") { return try after(words.joined(separator: " ").dropFirst(), now) }
        if words.count == 1, let clock = Self.clock(first) {
            return next(clock, at: now, days: 0, period: 1)
        }
        if words.count == 1, let split = first.firstIndex(of: "t"), Self.midnight(first[..<split]) != nil {
            return try read([String(first[..<split]), String(first[first.index(after: split)...])], at: now)
        }
        guard let day = day(first, at: now) else { return nil }
        guard words.count == 2, let clock = Self.clock(words[1]) else {
            throw TimeTextError(message: "needs a time of day after the day, such as \(first) 06:00")
        }
        switch day {
        case .date(let midnight): return utc(Timestamp(milliseconds: midnight.milliseconds + clock))
        case .later(let days): return next(clock, at: now, days: days, period: nil)
        case .weekday(let days): return next(clock, at: now, days: days, period: 7)
        }
    }

    private enum NamedDay {
        /// The local midnight, as a time in UTC.
        case date(Timestamp)
        /// A number of days after today.
        case later(Int)
        /// The next such weekday, a number of days after today.
        case weekday(Int)
    }

    private func day(_ word: String, at now: Timestamp) -> NamedDay? {
        if word == "today" { return .later(0) }
        if word == "tomorrow" { return .later(1) }
        if let midnight = Self.midnight(word[...]) { return .date(midnight) }
        let weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
        guard word.count >= 3, let index = weekdays.firstIndex(where: { $0.hasPrefix(word) }),
            let today = weekdays.firstIndex(where: { $0.hasPrefix(date(now).prefix(3).lowercased()) })
        else { return nil }
        return .weekday((index - today + 7) % 7)
    }

    /// A time of day, a number of days after today; `period` days later if that has passed.
    private func next(_ clock: Int64, at now: Timestamp, days: Int, period: Int?) -> Timestamp? {
        guard let midnight = Self.midnight(full(now).prefix(10)) else { return nil }
        func time(_ days: Int) -> Timestamp {
            utc(Timestamp(milliseconds: midnight.milliseconds + Int64(days) * Timestamp.millisecondsPerDay + clock))
        }
        guard let period, time(days) <= now else { return time(days) }
        return time(days + period)
    }

    private func after(_ span: Substring, _ now: Timestamp) throws(TimeTextError) -> Timestamp {
        guard let milliseconds = DurationText.milliseconds(String(span)), milliseconds > 0 else {
            throw TimeTextError(message: "is not a duration; use +90s, +10m, +2h30m or +1d")
        }
        let time = Timestamp(milliseconds: now.milliseconds + milliseconds)
        guard Timestamp(time.description) != nil else {
            throw TimeTextError(message: "is too far away: the last year is 9999")
        }
        return time
    }

    /// The local midnight of a day such as `2026-12-01`, as a time in UTC.
    private static func midnight(_ date: Substring) -> Timestamp? {
        date.utf8.count == 10 ? Timestamp("\(date)T00:00:00Z") : nil
    }

    /// Milliseconds since midnight of `6:00`, `06:00` or `06:00:30`.
    private static func clock(_ text: String) -> Int64? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), (1...2).contains(parts[0].utf8.count),
            parts.dropFirst().allSatisfy({ $0.utf8.count == 2 })
        else { return nil }
        let numbers = parts.compactMap { part in
            part.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int64(part) : nil
        }
        guard numbers.count == parts.count, numbers[0] < 24, numbers.dropFirst().allSatisfy({ $0 < 60 }) else {
            return nil
        }
        return (numbers[0] * 3600 + numbers[1] * 60 + (numbers.count > 2 ? numbers[2] : 0)) * 1000
    }
}
