import TaskClient
import TaskControl
import TaskModel
import Testing

@Suite("The log over several connections")
struct LogContinuationTests {
    private static func record(_ number: Int, at time: Int64) -> LogRecord {
        LogRecord(number: number, time: Timestamp(milliseconds: time), level: .info, text: "line \(number)")
    }

    private static func records(_ numbers: ClosedRange<Int>, from time: Int64 = 0) -> [LogRecord] {
        numbers.map { record($0, at: time + Int64($0)) }
    }

    @Test(
        "after the lines 5 to 8, another connection brings",
        arguments: [
            ("the same lines, and more", records(5...10), [9, 10]),
            ("the last lines, and more", records(8...10), [9, 10]),
            ("the same lines", records(5...8), []),
            ("nothing", [], []),
            ("lines behind a gap", records(20...21), [20, 21]),
            // Another service counts from 0.
            ("those of a new service", records(0...1, from: 100), [9, 10]),
            ("as many lines of a new service", records(0...12, from: 100), Array(9...21)),
            ("lines of a service whose clock was set back", [record(30, at: -5)], [9]),
        ] as [(String, [LogRecord], [Int])])
    func another(name: String, records: [LogRecord], numbers: [Int]) {
        // In whatever parts they arrive.
        for size in [1, 2, 100] {
            var log = LogContinuation()
            #expect(log.append(Self.records(5...8)).map(\.number) == [5, 6, 7, 8])
            log.beginConnection()
            var appended: [LogRecord] = []
            for start in stride(from: 0, to: records.count, by: size) {
                appended += log.append(Array(records[start...].prefix(size)))
            }
            #expect(appended.map(\.number) == numbers, "\(name), \(size) at a time")
        }
    }

    @Test("lines of the same connection are new, and those of later services go on")
    func services() {
        var log = LogContinuation()
        _ = log.append(Self.records(0...3))
        #expect(log.append(Self.records(4...4)).map(\.number) == [4])
        log.beginConnection()
        #expect(log.append(Self.records(0...0, from: 100)).map(\.number) == [5])
        #expect(log.append(Self.records(1...1, from: 100)).map(\.number) == [6])
        log.beginConnection()
        #expect(log.append(Self.records(0...0, from: 200)).map(\.number) == [7])
    }
}
