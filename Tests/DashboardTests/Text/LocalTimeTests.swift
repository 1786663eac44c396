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

    @Test("a year begins at local midnight")
    func year() throws {
        let evening = try #require(Timestamp("2026-12-31T22:59:59Z"))
        let morning = try #require(Timestamp("2026-12-31T23:00:00Z"))
        #expect(!LocalTime { _ in 3600 }.isSameYear(evening, morning))
        #expect(LocalTime.utc.isSameYear(evening, morning))
        #expect(!LocalTime.utc.isSameYear(evening, try #require(Timestamp("2025-12-31T22:59:59Z"))))
    }
}
