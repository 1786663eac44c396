import TaskModel
import Testing

@testable import Dashboard

@Suite("Local time")
struct LocalTimeTests {
    @Test("the time of day is that of the full format, before 1970 and at any offset")
    func clock() {
        for hours in [-11, 0, 5, 14] {
            let localTime = LocalTime { _ in hours * 3600 + (hours == 5 ? 1800 : 0) }
            for milliseconds: Int64 in [0, -1, 1, 86_399_999, 86_400_000, -86_400_001, 1_795_669_654_582] {
                let time = Timestamp(milliseconds: milliseconds)
                #expect(localTime.clock(time) == localTime.full(time).dropFirst(11).prefix(8))
            }
        }
    }

    @Test("times in a sentence of the API are local, and nothing else changes")
    func sentences() throws {
        let now = try #require(Timestamp("2026-11-26T16:21:00Z"))
        let localTime = LocalTime { _ in 3600 }
        for (sentence, shown) in [
            ("paused since 2026-11-26T16:20:01.575Z", "paused since 17:20:01"),
            ("not before 2026-11-27T06:00:00Z", "not before Fri 27 Nov 07:00"),
            ("attempt 2 of 3 at 2027-01-01T06:00:00Z: exit code 3", "attempt 2 of 3 at 2027-01-01 07:00: exit code 3"),
            (
                "a request was sent at 2026-11-26T16:20:01Z; SIGTERM follows",
                "a request was sent at 17:20:01; SIGTERM follows"
            ),
            ("the queue  is held: Z, 2026Z ", "the queue  is held: Z, 2026Z "), ("", ""),
        ] { #expect(localTime.localized(sentence, at: now) == shown) }
    }

    @Test("a year begins at local midnight")
    func year() throws {
        let evening = try #require(Timestamp("2026-12-31T22:59:59Z"))
        let morning = try #require(Timestamp("2026-12-31T23:00:00Z"))
        #expect(!LocalTime { _ in 3600 }.isSameYear(evening, morning))
        #expect(LocalTime.utc.isSameYear(evening, morning))
        #expect(!LocalTime.utc.isSameYear(evening, try #require(Timestamp("2025-12-31T22:59:59Z"))))
    }
}
