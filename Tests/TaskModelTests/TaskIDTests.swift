import JSON
import TaskModel
import Testing

@Suite("Task ids")
struct TaskIDTests {
    private static func id(at milliseconds: Int64, _ random: UInt64 = 0) -> TaskID {
        var generator = TaskIDGenerator()
        return generator.next(at: Timestamp(milliseconds: milliseconds), random: UInt128(random))
    }

    @Test("the text starts with the time, as the ULID specification has it")
    func time() {
        // The example of the specification: 1469918176385 is 01ARYZ6S41.
        #expect(Self.id(at: 1_469_918_176_385).description == "01ARYZ6S41" + String(repeating: "0", count: 16))
    }

    @Test("text and value are one", arguments: [0, 1, 0xFFFF_FFFF_FFFF_FFFF, 0x1234_5678_9ABC_DEF0] as [UInt64])
    func roundTrip(random: UInt64) {
        let id = Self.id(at: 1_795_000_000_000, random)
        #expect(TaskID(id.description) == id)
    }

    @Test(
        "what is no canonical id is none",
        arguments: [
            "", "1", "01ARYZ6S410000000000000000 ", "01ARYZ6S41000000000000000", "01aryz6s410000000000000000",
            "01ARYZ6S41000000000000000U", "81ARYZ6S410000000000000000", "../etc/passwd00000000000000",
            "01ARYZ6S41000000000000000é",
        ])
    func refused(text: String) {
        #expect(TaskID(text) == nil)
    }

    @Test("ids grow within a millisecond and when the clock is set back")
    func growth() {
        var generator = TaskIDGenerator()
        let times: [Int64] = [1000, 1000, 1000, 999, 0, 1001, 1000, 2000]
        let ids = times.map { generator.next(at: Timestamp(milliseconds: $0), random: .max) }
        #expect(ids == ids.sorted())
        #expect(Set(ids).count == ids.count)
        #expect(ids.map(\.description) == ids.map(\.description).sorted())
    }
}

@Suite("Times")
struct TimestampTests {
    @Test(
        "a time is written as RFC 3339 in UTC with milliseconds, and read back",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (1, "1970-01-01T00:00:00.001Z"), (999, "1970-01-01T00:00:00.999Z"),
            (1_795_503_600_123, "2026-11-24T07:00:00.123Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        ] as [(Int64, String)])
    func text(milliseconds: Int64, text: String) throws {
        let time = Timestamp(milliseconds: milliseconds)
        #expect(time.description == text)
        #expect(try JSONCoding.decode(Timestamp.self, from: "\"\(text)\"".utf8) == time)
    }

    @Test(
        "a time is written as HTTP has it",
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
            // The example of RFC 9110, 5.6.7.
            (784_111_777_000, "Sun, 06 Nov 1994 08:49:37 GMT"), (1_795_503_600_123, "Tue, 24 Nov 2026 07:00:00 GMT"),
        ] as [(Int64, String)])
    func httpDate(milliseconds: Int64, text: String) {
        #expect(Timestamp(milliseconds: milliseconds).httpDate == text)
    }

    @Test(
        "what RFC 3339 allows is read",
        arguments: [
            ("2026-11-24T07:00:00Z", 1_795_503_600_000), ("2026-11-24t07:00:00z", 1_795_503_600_000),
            ("2026-11-24T08:30:00+01:30", 1_795_503_600_000), ("2026-11-23T23:00:00-08:00", 1_795_503_600_000),
            ("2026-11-24T07:00:00.5Z", 1_795_503_600_500), ("2026-11-24T07:00:00.123999Z", 1_795_503_600_123),
            ("2016-12-31T23:59:60Z", 1_483_228_800_000), ("0000-01-01T00:00:00Z", -62_167_219_200_000),
            ("9999-12-31T23:59:59.999Z", 253_402_300_799_999), ("1600-02-29T00:00:00Z", -11_670_998_400_000),
        ] as [(String, Int64)])
    func reading(text: String, milliseconds: Int64) {
        #expect(Timestamp(text) == Timestamp(milliseconds: milliseconds))
    }

    @Test(
        "what is no time of RFC 3339 is not read",
        arguments: [
            "", "now", "2026-11-24", "2026-11-24T07:00:00", "2026-11-24 07:00:00Z", "2026-11-24T07:00Z",
            "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-11-24T24:00:00Z", "2026-11-24T07:60:00Z",
            "2026-11-24T07:00:61Z", "2026-11-24T07:00:00.Z", "2026-11-24T07:00:00+1:00", "2026-11-24T07:00:00+24:00",
            "2026-11-24T07:00:00Z ", "+026-11-24T07:00:00Z", "2026-11-24T07:00:00ZZ", "２０２６-11-24T07:00:00Z",
        ])
    func refusal(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test("every day of 400 years is the same after formatting and reading")
    func days() async {
        var dates: Set<String> = []
        // The calendar repeats after them.
        for day in -73_048..<73_049 as Range<Int64> {
            // The tests of real programs run on the same few threads.
            if day % 100 == 0 { await Task.yield() }
            let time = Timestamp(milliseconds: day * 86_400_000 + 43_200_001)
            #expect(Timestamp(time.description) == time)
            dates.insert(String(time.description.prefix(10)))
        }
        #expect(dates.count == 146_097)
    }

    @Test("every millisecond of a second is written exactly")
    func exactness() {
        for millisecond in 0..<1000 as Range<Int64> {
            let text = Timestamp(milliseconds: 1_795_503_600_000 + millisecond).description
            #expect(Int64(text.dropFirst(20).prefix(3)) == millisecond)
        }
    }
}
