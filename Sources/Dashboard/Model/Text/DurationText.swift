/// A duration as the operator types it: `90s`, `10m`, `2h30m`, `1 d 6 h`, `1.5h`.
package enum DurationText {
    /// The milliseconds of each unit.
    private static let units: [String: Double] = [
        "s": 1000, "sec": 1000, "m": 60_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000,
    ]

    /// The duration in milliseconds; `nil` if the text is not a duration, or one beyond ten thousand years.
    package static func milliseconds(_ text: String) -> Int64? {
        var rest = text.lowercased()[...]
        var sum = 0.0
        repeat {
            let number = rest.prefix { ("0"..."9").contains($0) || $0 == "." }
            rest = rest.dropFirst(number.count).drop { $0 == " " }
            let unit = rest.prefix { ("a"..."z").contains($0) }
            rest = rest.dropFirst(unit.count).drop { $0 == " " }
            guard number.first != ".", number.last != ".", let value = Double(number),
                let milliseconds = units[String(unit)]
            else { return nil }
            sum += value * milliseconds
        } while !rest.isEmpty
        return sum < 3.2e14 ? Int64(sum.rounded()) : nil
    }
}
