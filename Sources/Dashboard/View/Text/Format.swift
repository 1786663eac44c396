import TaskModel

/// Locale-independent formats of numbers.
package enum Format {
    /// `00:00:07`, `99:59:59`, `4d 04h`.
    package static func duration(milliseconds: Int) -> String {
        let seconds = max(0, milliseconds / 1000)
        let hours = seconds / 3600
        guard hours >= 100 else {
            return "\(twoDigits(hours)):\(twoDigits(seconds / 60 % 60)):\(twoDigits(seconds % 60))"
        }
        let days = hours / 24
        return days < 1000 ? "\(days)d \(twoDigits(hours % 24))h" : "\(days)d"
    }

    /// The duration in its two largest units, rounded down: `0 s`, `4 s`, `1 min 20 s`, `2 h 5 min`, `5 d 6 h`.
    package static func longDuration(milliseconds: Int) -> String {
        let seconds = max(0, milliseconds) / 1000
        let units: [(name: String, count: Int)] = [
            ("d", seconds / 86_400), ("h", seconds / 3600 % 24), ("min", seconds / 60 % 60), ("s", seconds % 60),
        ]
        guard let first = units.firstIndex(where: { $0.count > 0 }) else { return "0 s" }
        return units[first..<min(first + 2, units.count)].filter { $0.count > 0 }.map { "\($0.count) \($0.name)" }
            .joined(separator: " ")
    }

    /// `512K`, `9.1M`, `84M`, `1.2G`: at most five characters.
    static func bytes(_ bytes: Int) -> String {
        var value = Double(max(0, bytes)) / 1024
        var units = ["K", "M", "G", "T"][...]
        while value >= 1000, units.count > 1 {
            value /= 1024
            units.removeFirst()
        }
        let unit = units.first ?? ""
        let tenths = Int((value * 10).rounded())
        guard unit != "K", tenths < 100 else { return "\(Int(value.rounded()))\(unit)" }
        return "\(tenths / 10).\(tenths % 10)\(unit)"
    }

    /// `1 byte`, `36 bytes`, and larger sizes as ``bytes(_:)``.
    package static func size(_ bytes: Int) -> String {
        bytes == 1 ? "1 byte" : bytes < 1024 ? "\(max(0, bytes)) bytes" : Self.bytes(bytes)
    }

    /// The share of one processor in percent: `0.0`, `99.8`, `250`.
    static func cpu(percent: Double) -> String {
        let tenths = Int((max(0, percent) * 10).rounded())
        return tenths < 1000 ? "\(tenths / 10).\(tenths % 10)" : "\(tenths / 10)"
    }

    /// Whole percent, rounded down: 100 means done.
    package static func percent(_ fraction: Double) -> String {
        guard fraction.isFinite else { return "0 %" }
        return "\(Int((min(1, max(0, fraction)) * 100 + 1e-9).rounded(.down))) %"
    }

    /// The last characters of an id; the first ones are those of the time.
    static func short(_ id: TaskID, _ glyphs: Glyphs) -> String {
        "\(glyphs.ellipsis)\(id.description.suffix(6))"
    }

    /// `1 task`, `3 tasks`.
    static func tasks(_ count: Int) -> String {
        count == 1 ? "1 task" : "\(count) tasks"
    }

    /// `07`, `42`: at least two digits.
    static func twoDigits(_ number: Int) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }

    /// `14s`, `3m`, `2h`, `4d`.
    static func age(milliseconds: Int) -> String {
        let seconds = max(0, milliseconds) / 1000
        if seconds < 60 { return "\(seconds)s" }
        if seconds < 3600 { return "\(seconds / 60)m" }
        return seconds < 86_400 ? "\(seconds / 3600)h" : "\(seconds / 86_400)d"
    }

    /// `~14 s left`, `~3 min left`, `~1 h 50 min left`: in minutes only where seconds would be false precision.
    static func timeLeft(milliseconds: Int) -> String {
        let seconds = max(0, milliseconds) / 1000
        let shown = seconds < 60 ? seconds : (seconds + 30) / 60 * 60
        return "~\(longDuration(milliseconds: shown * 1000)) left"
    }

    /// `14 s`, `3 min`, `2 h`, `4 d`.
    static func largestUnit(milliseconds: Int) -> String {
        longDuration(milliseconds: milliseconds).split(separator: " ").prefix(2).joined(separator: " ")
    }
}
