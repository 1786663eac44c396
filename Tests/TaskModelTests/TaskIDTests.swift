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

    @Test("ids grow within a millisecond and when the clock goes back")
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

    @Test("every millisecond of a second is written exactly")
    func exactness() {
        for millisecond in 0..<1000 as Range<Int64> {
            let text = Timestamp(milliseconds: 1_795_503_600_000 + millisecond).description
            #expect(Int64(text.dropFirst(20).prefix(3)) == millisecond)
        }
    }
}
