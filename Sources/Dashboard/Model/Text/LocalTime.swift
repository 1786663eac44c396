package import TaskModel

/// The operator's time zone, in which the screen shows times.
package struct LocalTime: Sendable {
    /// UTC, as in the API.
    package static let utc = LocalTime { _ in 0 }

    private let offset: @Sendable (Timestamp) -> Int

    /// - Parameter offset: Returns the offset from UTC in effect at a time, in seconds east.
    package init(offset: @escaping @Sendable (Timestamp) -> Int) {
        self.offset = offset
    }

    /// `22:39:07`.
    package func clock(_ time: Timestamp) -> String {
        // Called for every line of the log in each frame.
        let seconds = timeOfDay(time) / 1000
        return
            "\(Format.twoDigits(seconds / 3600)):\(Format.twoDigits(seconds / 60 % 60)):\(Format.twoDigits(seconds % 60))"
    }

    /// `22:39` for a time of the same day as `now`, else `Tue 22:39` in the same week, `24 Nov`, or `24 Nov 2025`.
    package func short(_ time: Timestamp, at now: Timestamp) -> String {
        // Called for many cells of the table in each frame.
        if let minute = minuteOfSameDay(time, at: now) { return minute }
        let (text, today) = (text(time), text(now))
        let minute = text.dropFirst(17).prefix(5)
        let day = text.dropFirst(5).prefix(2).drop { $0 == "0" }
        let distance = abs(startOfDay(time).milliseconds - startOfDay(now).milliseconds)
        if distance < 6 * Timestamp.millisecondsPerDay + Timestamp.millisecondsPerHour {
            return "\(text.prefix(3)) \(minute)"
        }
        let month = text.dropFirst(8).prefix(3)
        let year = text.dropFirst(12).prefix(4)
        return year == today.dropFirst(12).prefix(4) ? "\(day) \(month)" : "\(day) \(month) \(year)"
    }

    /// `Tue 1 Dec 06:00`.
    func date(_ time: Timestamp) -> String {
        let text = text(time)
        let day = text.dropFirst(5).prefix(2).drop { $0 == "0" }
        return "\(text.prefix(3)) \(day) \(text.dropFirst(8).prefix(3)) \(text.dropFirst(17).prefix(5))"
    }

    /// `2026-12-01 06:00:00.123 +01:00`.
    package func full(_ time: Timestamp) -> String {
        let text = shifted(time).description
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(12)) \(offsetText(time))"
    }

    /// The last midnight before a time, or the time itself if it is midnight.
    func startOfDay(_ time: Timestamp) -> Timestamp {
        utc(Timestamp(milliseconds: shifted(time).milliseconds - Int64(timeOfDay(time))))
    }

    /// Whether two times are in the same local year.
    func isSameYear(_ time: Timestamp, _ other: Timestamp) -> Bool { shifted(time).year == shifted(other).year }

    /// Milliseconds since local midnight.
    private func timeOfDay(_ time: Timestamp) -> Int {
        let day = Timestamp.millisecondsPerDay
        return Int(((shifted(time).milliseconds % day) + day) % day)
    }

    /// The time at which local clocks show what UTC clocks show at `shown`.
    func utc(_ shown: Timestamp) -> Timestamp {
        // The offset depends on the result: the second round corrects the guess of the first.
        let guess = Timestamp(milliseconds: shown.milliseconds - Int64(offset(shown)) * 1000)
        return Timestamp(milliseconds: shown.milliseconds - Int64(offset(guess)) * 1000)
    }

    /// `+01:00`.
    func offsetText(_ time: Timestamp) -> String {
        let minutes = offset(time) / 60
        return (minutes < 0 ? "-" : "+") + Format.twoDigits(abs(minutes) / 60) + ":"
            + Format.twoDigits(abs(minutes) % 60)
    }

    /// `22:39`; `nil` if the time is on another day than `now`.
    private func minuteOfSameDay(_ time: Timestamp, at now: Timestamp) -> String? {
        let (shown, today) = (shifted(time).milliseconds, shifted(now).milliseconds)
        // Times before 1970 take the slow path.
        let day = Timestamp.millisecondsPerDay
        guard shown >= 0, today >= 0, shown / day == today / day else { return nil }
        let minutes = Int(shown / 60_000 % 1440)
        return "\(Format.twoDigits(minutes / 60)):\(Format.twoDigits(minutes % 60))"
    }

    private func shifted(_ time: Timestamp) -> Timestamp {
        Timestamp(milliseconds: time.milliseconds + Int64(offset(time)) * 1000)
    }

    /// The local time in the format of `Tue, 24 Nov 2026 07:00:00 GMT`.
    private func text(_ time: Timestamp) -> String { shifted(time).httpDate }

    /// The time in whole seconds as ``time(from:at:)`` reads it: `2026-12-01 06:00`.
    func input(_ time: Timestamp) -> String {
        let text = full(time).prefix(19)
        return String(text.hasSuffix(":00") ? text.dropLast(3) : text)
    }
}
