import Logging
import SystemPackage
import TaskModel
import TestSupport
import Testing

@testable import TaskSupervisor

@Suite("The log hub", .timeLimit(.minutes(3)))
struct LogHubTests {
    @Test("records come to a reader in order, those from before it came too, and end with the hub")
    func reading() async throws {
        let hub = try LogHub(standardError: nil, file: nil)
        let logger = hub.logger(label: "test", level: .info)
        logger.info("first")
        logger.debug("not at this level")
        async let texts = hub.records().reduce(into: []) { $0 += $1.map(\.text) }
        logger.warning("second", metadata: ["b": "2", "a": "1"])
        logger.error("escape \u{1B}[2J")
        await hub.close(within: .seconds(10))
        let read = await texts
        #expect(read == ["first", "second a=1 b=2", "escape \\u{1B}[2J"])
    }

    @Test("a reader that is slow misses the oldest records, and sees by their numbers how many")
    func slowReader() async throws {
        let hub = try LogHub(standardError: nil, file: nil)
        let records = hub.records()
        for number in 0..<6000 { hub.log(.info, "\(number)") }
        var iterator = records.makeAsyncIterator()
        let batch = try #require(await iterator.next())
        #expect(batch.count == 5000)
        #expect(batch.first?.number == 1000)
        #expect(batch.last?.number == 5999)
        await hub.close(within: .seconds(1))
    }

    @Test("nobody waits for a pipe that is not read: lines are lost, counted, and the hub closes all the same")
    func stalledPipe() async throws {
        let pipe = try FileDescriptor.pipe()
        let hub = try LogHub(standardError: pipe.writeEnd, file: nil)
        for number in 0..<60_000 {
            if number % 200 == 0 { await Task.yield() }
            hub.log(.info, "line \(number) \(String(repeating: "x", count: 80))")
        }
        await hub.close(within: .milliseconds(50))
        // What is read now lets the hub's thread come to its end.
        var read: [UInt8] = []
        var bytes = [UInt8](repeating: 0, count: 65_536)
        while !String(decoding: read.suffix(120), as: UTF8.self).contains("line 59999 ") || read.last != 10 {
            let count = try bytes.withUnsafeMutableBytes { try pipe.readEnd.read(into: $0) }
            read += bytes[..<count]
        }
        let text = String(decoding: read, as: UTF8.self)
        #expect(text.contains(" log lines were lost: nobody read them\n"))
        #expect(text.hasPrefix(try #require(text.firstMatch(of: /[^\n]* line 0 x/)).output))
        try pipe.readEnd.close()
        try pipe.writeEnd.close()
    }

    @Test("a log file that cannot be written is told of once, and left alone")
    func fullDisk() async throws {
        let hub = try LogHub(standardError: nil, file: "/dev/full")
        for number in 0..<100 { hub.log(.info, "line \(number)") }
        await hub.close(within: .seconds(10))
        hub.log(.info, "after")
        var iterator = hub.records().makeAsyncIterator()
        let records = try #require(await iterator.next())
        #expect(records.filter { $0.text.hasPrefix("the log file cannot be written any more") }.count == 1)
        #expect(records.last?.text == "after")
    }

    @Test("a log file that cannot be opened is an error")
    func noFile() {
        #expect(throws: Errno.noSuchFileOrDirectory) { try LogHub(standardError: nil, file: "/nope/x.log") }
    }

    @Test(
        "what /proc tells of a process is read whatever the process calls itself",
        arguments: ["worker", "a b", "a) R 1 2 (b", ")", "((("])
    func usage(name: String) {
        let fields = "S 1 2 3 4 5 6 7 8 9 10 150 50 13 14 15 16 17 18 19 2441216 300 18446744073709551615"
        let usage = ProcessUsage.parse("4711 (\(name)) \(fields)")
        #expect(usage == WorkerUsage(cpuSeconds: 2, residentBytes: 300 * 4096))
        #expect(ProcessUsage.parse("4711 (\(name)) S 1 2") == nil)
        #expect(ProcessUsage.parse("") == nil)
    }
}
