import JSON

// Times as RFC 3339 writes them, by the arithmetic of the Gregorian calendar. Foundation's formatter reads
// and writes them too, but takes a worker longer to set up than all else that it does.

/// Divides so that the remainder is never negative.
private func floored(_ value: Int, by divisor: Int) -> (quotient: Int, remainder: Int) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
}

/// A day of the Gregorian calendar.
private struct Day: Equatable {
    let year: Int
    let month: Int
    let day: Int

    private static let daysPerEra = 146_097
    private static let yearsPerEra = 400
    /// From 0000-03-01, where the counting is simplest, to 1970-01-01.
    private static let epoch = 719_468

    init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// Years begin in March here, so that the leap day is the last; howardhinnant.github.io/date_algorithms.html
    /// derives the numbers.
    init(sinceEpoch days: Int) {
        let shifted = days + Self.epoch
        let (era, dayOfEra) = floored(shifted, by: Self.daysPerEra)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * Self.yearsPerEra + (month <= 2 ? 1 : 0)
    }

    /// Days since 1970-01-01.
    var sinceEpoch: Int {
        let shifted = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = floored(shifted, by: Self.yearsPerEra)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * Self.daysPerEra + dayOfEra - Self.epoch
    }

    /// Whether there is such a day: another one would not come back as itself.
    var exists: Bool { (1...12).contains(month) && (1...31).contains(day) && Day(sinceEpoch: sinceEpoch) == self }
}

extension Timestamp: CustomStringConvertible {
    private static let millisecondsPerDay = 86_400_000

    /// The year in UTC.
    package var year: Int { Day(sinceEpoch: floored(Int(milliseconds), by: Self.millisecondsPerDay).quotient).year }

    /// RFC 3339 in UTC with milliseconds: `2026-11-24T07:00:00.123Z`.
    package var description: String {
        let (days, rest) = floored(Int(milliseconds), by: Self.millisecondsPerDay)
        let day = Day(sinceEpoch: days)
        var text = ""
        text.reserveCapacity(24)
        func append(_ number: Int, digits: Int, _ separator: String) {
            let plain = String(number.magnitude)
            text += (number < 0 ? "-" : "") + String(repeating: "0", count: max(0, digits - plain.count)) + plain
            text += separator
        }
        append(day.year, digits: 4, "-")
        append(day.month, digits: 2, "-")
        append(day.day, digits: 2, "T")
        append(rest / 3_600_000, digits: 2, ":")
        append(rest / 60_000 % 60, digits: 2, ":")
        append(rest / 1000 % 60, digits: 2, ".")
        append(rest % 1000, digits: 3, "Z")
        return text
    }
}

extension Timestamp {
    /// RFC 3339 in UTC, with a fraction only where there is one: `2026-12-01T05:00:00Z`.
    package var plainDescription: String {
        let text = description
        return text.hasByteSuffix(".000Z") ? text.dropLast(5) + "Z" : text
    }

    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// As HTTP writes it (RFC 9110, 5.6.7): `Tue, 24 Nov 2026 07:00:00 GMT`.
    package var httpDate: String {
        let (days, rest) = floored(Int(milliseconds), by: Self.millisecondsPerDay)
        let day = Day(sinceEpoch: days)
        func digits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        // The first day of the epoch was a Thursday.
        return "\(Self.weekdays[floored(days, by: 7).remainder]), \(digits(day.day)) \(Self.months[day.month - 1]) "
            + "\(day.year) \(digits(rest / 3_600_000)):\(digits(rest / 60_000 % 60)):\(digits(rest / 1000 % 60)) GMT"
    }

    /// The times that RFC 3339 can write in UTC: its years have four digits.
    private static let writable =
        Timestamp(
            milliseconds: Int64(Day(year: 0, month: 1, day: 1).sinceEpoch * millisecondsPerDay))..<Timestamp(
            milliseconds: Int64(Day(year: 10_000, month: 1, day: 1).sinceEpoch * millisecondsPerDay))

    /// Reads a time of RFC 3339, with or without a fraction of a second; `nil` for anything else, also for one that an
    /// offset or a leap second puts into a year that cannot be written in UTC.
    package init?(_ text: String) {
        var rest = Array(text.utf8)[...]
        /// So many digits, and what stands behind them.
        func number(_ digits: Int, _ separators: String? = nil) -> Int? {
            let part = rest.prefix(digits)
            guard part.count == digits, part.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            rest = rest.dropFirst(digits)
            if let separators {
                guard let byte = rest.popFirst(), separators.utf8.contains(byte) else { return nil }
            }
            return part.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        }
        guard let year = number(4, "-"), let month = number(2, "-"), let day = number(2, "Tt"),
            let hour = number(2, ":"), hour < 24, let minute = number(2, ":"), minute < 60,
            // 60 is a leap second, which civil time here counts as the next one.
            let second = number(2), second <= 60
        else { return nil }
        let date = Day(year: year, month: month, day: day)
        guard date.exists else { return nil }
        var milliseconds = 0
        if rest.first == UInt8(ascii: ".") {
            let digits = rest.dropFirst().prefix { (0x30...0x39).contains($0) }
            guard !digits.isEmpty else { return nil }
            rest = rest.dropFirst(1 + digits.count)
            milliseconds = (0..<3).reduce(0) { sum, place in
                sum * 10 + (place < digits.count ? Int(digits[digits.startIndex + place] - 0x30) : 0)
            }
        }
        var offset = 0
        switch rest.popFirst() {
        case UInt8(ascii: "Z"), UInt8(ascii: "z"): break
        case let sign? where sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"):
            guard let hours = number(2, ":"), hours < 24, let minutes = number(2), minutes < 60 else { return nil }
            offset = (hours * 60 + minutes) * (sign == UInt8(ascii: "+") ? 1 : -1)
        default: return nil
        }
        guard rest.isEmpty else { return nil }
        let minutes = (date.sinceEpoch * 24 + hour) * 60 + minute - offset
        self.init(milliseconds: Int64((minutes * 60 + second) * 1000 + milliseconds))
        guard Self.writable.contains(self) else { return nil }
    }
}
