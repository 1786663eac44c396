import TaskModel
import Testing

@testable import Dashboard

@Suite("Parsing times")
struct TimeTextTests {
    /// Wed 25 Nov 2026 23:59:50, an hour ahead of UTC.
    private static let now = Timestamp(milliseconds: 1_795_647_590_000)
    private static let localTime = LocalTime { _ in 3600 }

    @Test(
        "a time of day is the next one; days, durations and RFC 3339 are parsed",
        arguments: [
            ("06:00", "2026-11-26T05:00:00.000Z"), ("6:00", "2026-11-26T05:00:00.000Z"),
            ("23:59:55", "2026-11-25T22:59:55.000Z"), ("23:59", "2026-11-26T22:59:00.000Z"),
            ("23:59:50", "2026-11-26T22:59:50.000Z"), ("today 23:59:59", "2026-11-25T22:59:59.000Z"),
            ("Tomorrow  06:00", "2026-11-26T05:00:00.000Z"), ("tue 06:00", "2026-12-01T05:00:00.000Z"),
            ("Wednesday 06:00", "2026-12-02T05:00:00.000Z"), ("wed 23:59:55", "2026-11-25T22:59:55.000Z"),
            ("2026-12-01 06:00", "2026-12-01T05:00:00.000Z"), ("2026-12-01T06:00", "2026-12-01T05:00:00.000Z"),
            (" +10m ", "2026-11-25T23:09:50.000Z"), ("+2h30m", "2026-11-26T01:29:50.000Z"),
            ("+1d", "2026-11-26T22:59:50.000Z"), ("+1 d 2 h", "2026-11-27T00:59:50.000Z"),
            ("+90s", "2026-11-25T23:01:20.000Z"), ("+1.5h", "2026-11-26T00:29:50.000Z"),
            ("2026-12-01T06:00:00Z", "2026-12-01T06:00:00.000Z"),
            ("2026-12-01t06:00:00+02:00", "2026-12-01T04:00:00.000Z"),
            ("2026-12-01 06:00:00Z", "2026-12-01T06:00:00.000Z"),
        ])
    func reading(text: String, time: String) throws {
        #expect(try Self.localTime.time(from: text, at: Self.now).description == time)
    }

    @Test(
        "an invalid time shows valid ones",
        arguments: [
            ("soon", "is not a time; use 06:00"), ("", "is not a time"), ("24:00", "is not a time"),
            ("06:60", "is not a time"), ("6", "is not a time"), ("6:0", "is not a time"), ("-1:00", "is not a time"),
            ("+10", "is not a duration; use +90s, +10m"), ("+", "is not a duration"), ("+0s", "is not a duration"),
            ("+1y", "is not a duration"), ("+.5h", "is not a duration"), ("+-1h", "is not a duration"),
            ("+9000000d", "is not a duration"), ("+2920000d", "is too far away"), ("2026-02-30 06:00", "is not a time"),
            ("tomorrow", "needs a time of day after the day, such as tomorrow 06:00"),
            ("2026-12-01", "needs a time of day after the day, such as 2026-12-01 06:00"),
            ("tomorrow morning", "needs a time of day"), ("tu 06:00", "is not a time"),
            ("today 06:00", "has passed: it was 17 h 59 min ago; leave it empty to start now"),
            ("2026-11-25T22:59:50Z", "has passed: it was just now"), ("2020-01-01 00:00", "has passed"),
        ])
    func errors(text: String, message: String) {
        let error = #expect(throws: TimeTextError.self) { try Self.localTime.time(from: text, at: Self.now) }
        #expect(error?.message.hasPrefix(message) == true, "\(text): \(error?.message ?? "")")
    }

    @Test("a time of day is local, even after a clock change")
    func daylightSaving() throws {
        // Clocks go forward at 2026-03-29T01:00:00Z.
        let change = try #require(Timestamp("2026-03-29T01:00:00Z"))
        let berlin = LocalTime { $0 < change ? 3600 : 7200 }
        let evening = try #require(Timestamp("2026-03-28T20:00:00Z"))
        #expect(try berlin.time(from: "06:00", at: evening).description == "2026-03-29T04:00:00.000Z")
        #expect(try berlin.time(from: "01:00", at: evening).description == "2026-03-29T00:00:00.000Z")
        #expect(try berlin.time(from: "+10h", at: evening).description == "2026-03-29T06:00:00.000Z")
    }
}
