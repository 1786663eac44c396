import FoundationEssentials
import Glibc
import Logging
import SystemPackage
import TaskControl
import TaskModel
import TestSupport
import Testing

@testable import ServiceLog

@Suite("The log hub", .timeLimit(.minutes(15)))
struct LogHubTests {
    init() {
        // A pipe without a reader must not end the tests.
        signal(SIGPIPE, SIG_IGN)
    }

    @Test("a reader gets earlier and later records in order, and ends with the hub")
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

    @Test("nothing is kept of readers that have left")
    func leaving() async throws {
        let hub = try LogHub(standardError: nil, file: nil)
        func read() async { for await _ in hub.records() { break } }
        for _ in 0..<3 { await read() }
        #expect(hub.readerCount == 0)
    }

    @Test("the part of a line in a dump is known to readers, and not written")
    func dumpParts() async throws {
        let pipe = try FileDescriptor.pipe()
        let hub = try LogHub(standardError: pipe.writeEnd, file: nil)
        let logger = hub.logger(label: "test", level: .info)
        logger.info("status: no tasks")
        logger.info("status: 1 task", metadata: [HubLogHandler.dumpKey: .stringConvertible(LogRecord.DumpPart.summary)])
        logger.info("  a row", metadata: [HubLogHandler.dumpKey: .stringConvertible(LogRecord.DumpPart.row), "a": "1"])
        logger.info("none", metadata: [HubLogHandler.dumpKey: "row"])
        let records = hub.records()
        await hub.close(within: .seconds(10))
        let read = await records.reduce(into: []) { $0 += $1 }
        #expect(read.map(\.dump) == [nil, .summary, .row, nil])
        #expect(read.map(\.text) == ["status: no tasks", "status: 1 task", "  a row a=1", "none dump=row"])
        try pipe.writeEnd.close()
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = try bytes.withUnsafeMutableBytes { try pipe.readEnd.read(into: $0) }
        try pipe.readEnd.close()
        #expect(String(decoding: bytes[..<count], as: UTF8.self) == read.map { $0.line + "\n" }.joined())
    }

    @Test("a slow reader misses the oldest records, and can count them by their numbers")
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

    @Test("a pipe without a reader delays neither logging nor the end: lines are lost, and counted")
    func stalledPipe() async throws {
        let pipe = try FileDescriptor.pipe()
        let hub = try LogHub(standardError: pipe.writeEnd, file: nil)
        for number in 0..<60_000 {
            if number % 200 == 0 { await Task.yield() }
            hub.log(.info, "line \(number) \(String(repeating: "x", count: 80))")
        }
        await hub.close(within: .milliseconds(50))
        // Reading lets the hub's thread end.
        var read: [UInt8] = []
        var bytes = [UInt8](repeating: 0, count: 65_536)
        while !String(decoding: read.suffix(120), as: UTF8.self).contains("line 59999 ") || read.last != 10 {
            let count = try bytes.withUnsafeMutableBytes { try pipe.readEnd.read(into: $0) }
            read += bytes[..<count]
        }
        let text = String(decoding: read, as: UTF8.self)
        #expect(text.contains(" log lines were lost\n"))
        #expect(text.hasPrefix(try #require(text.firstMatch(of: /[^\n]* line 0 x/)).output))
        try pipe.readEnd.close()
        try pipe.writeEnd.close()
    }

    @Test("readers get every record of before the end")
    func endOfReaders() async throws {
        let hub = try LogHub(standardError: nil, file: nil)
        let records = hub.records()
        for number in 0..<3 { hub.log(.info, "\(number)") }
        await hub.close(within: .seconds(10))
        hub.log(.info, "after the end")
        let read = await records.reduce(into: []) { $0 += $1.map(\.text) }
        #expect(read.prefix(3) == ["0", "1", "2"])
        // A later reader gets the records that are kept, and ends.
        let late = await hub.records().reduce(into: []) { $0 += $1.map(\.text) }
        #expect(late == ["0", "1", "2", "after the end"])
    }

    @Test("a log file that cannot be written is logged once, and at the end the number of missing lines")
    func fullDisk() async throws {
        let pipe = try FileDescriptor.pipe()
        let hub = try LogHub(standardError: pipe.writeEnd, file: "/dev/full")
        for number in 0..<100 { hub.log(.info, "line \(number)") }
        await hub.failure()
        let loss = await hub.close(within: .milliseconds(100))
        #expect(loss == "101 log lines could not be written to the log file")
        let last = try LogPipe(pipe.readEnd).read(until: "written to the log file\n").split(separator: "\n").last
        #expect(last?.hasSuffix(" 101 log lines could not be written to the log file") == true)
        hub.log(.info, "after")
        var iterator = hub.records().makeAsyncIterator()
        let records = try #require(await iterator.next())
        #expect(records.filter { $0.text.hasPrefix("the log file cannot be written: ") }.count == 1)
        #expect(records.last?.text == "after")
    }

    @Test("a log file that cannot be written for a while is complete afterwards, with whole lines")
    func recovery() async throws {
        try await TemporaryDirectory.run { path in
            mkdir(path.string, 0o700)
            let (full, file) = (path.appending("full"), path.appending("log"))
            // Reopening replaces the full device by a file.
            symlink("/dev/full", full.string)
            let hub = try LogHub(standardError: nil, file: full)
            for number in 0..<100 { hub.log(.info, "line \(number)") }
            await hub.failure()
            unlink(full.string)
            rename(file.string, full.string)
            hub.reopenFile()
            hub.log(.info, "last")
            await hub.close(within: .seconds(10))
            let lines = try String(contentsOfFile: full.string, encoding: .utf8).split(separator: "\n")
            // The record of the failure can be anywhere among them.
            let numbered = lines.filter { $0.contains(" line ") }
            #expect(numbered.count == 100)
            for (number, line) in numbered.enumerated() { #expect(line.hasSuffix("line \(number)")) }
            #expect(lines.contains { $0.hasSuffix("the log file is written again; 0 lines were lost") })
            #expect(lines.contains { $0.hasSuffix("last") })
        }
    }

    @Test("while writing fails the oldest lines are lost, and their number is written in their place")
    func lostLines() throws {
        let pipe = try FileDescriptor.pipe()
        defer { try? pipe.readEnd.close() }
        #expect(fcntl(pipe.writeEnd.rawValue, F_SETFL, O_NONBLOCK) == 0)
        #expect(fcntl(pipe.readEnd.rawValue, F_SETFL, O_NONBLOCK) == 0)
        var output = LogOutput(pipe.writeEnd, stallTimeout: 0)
        let lines = (0..<5000).map { "\($0) \(String(repeating: "x", count: 500))\n" }
        #expect(output.write(lines.prefix(10)) == nil)
        #expect(output.write(lines.dropFirst(10)) == .failed(.resourceTemporarilyUnavailable))
        #expect(output.write([String]()) == nil)
        var read: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var change: LogOutput.Change?
        while change == nil {
            while let count = try? buffer.withUnsafeMutableBytes({ try pipe.readEnd.read(into: $0) }), count > 0 {
                read += buffer[..<count]
            }
            change = output.write([String]())
        }
        try pipe.writeEnd.close()
        while let count = try? buffer.withUnsafeMutableBytes({ try pipe.readEnd.read(into: $0) }), count > 0 {
            read += buffer[..<count]
        }
        let written = String(decoding: read, as: UTF8.self).split(separator: "\n").map { "\($0)\n" }
        let notice = try #require(written.firstIndex { $0.hasPrefix("taskdeck: ") })
        let lost = lines.count - (written.count - 1)
        #expect(lost > 2000)
        #expect(change == .recovered(lostLines: lost))
        #expect(written[notice] == "taskdeck: \(lost) log lines were lost\n")
        let kept = [Array(lines[..<notice]), Array(lines[(notice + lost)...])]
        #expect([Array(written[..<notice]), Array(written[(notice + 1)...])] == kept)
    }

    @Test("a renamed log file is written to until the hub reopens it")
    func rotation() async throws {
        try await TemporaryDirectory.run { path in
            mkdir(path.string, 0o700)
            let (file, old) = (path.appending("log"), path.appending("log.1"))
            let hub = try LogHub(standardError: nil, file: file)
            hub.log(.info, "first")
            hub.flush(within: .seconds(10))
            rename(file.string, old.string)
            hub.log(.info, "second")
            hub.flush(within: .seconds(10))
            hub.reopenFile()
            hub.log(.info, "third")
            await hub.close(within: .seconds(10))
            let (before, after) = (
                try String(contentsOfFile: old.string, encoding: .utf8),
                try String(contentsOfFile: file.string, encoding: .utf8)
            )
            #expect(before.contains("first") && before.contains("second") && !before.contains("third"))
            #expect(after.contains("third") && !after.contains("second"))
        }
    }

    @Test("a pipe without a reader cannot be the log file")
    func pipeWithoutReader() async throws {
        try await TemporaryDirectory.run { path in
            #expect(mkfifo(path.string, 0o600) == 0)
            #expect(throws: Errno.noSuchAddressOrDevice) { try LogHub(standardError: nil, file: path) }
        }
    }

    @Test("a log file that cannot be opened is an error")
    func noFile() {
        #expect(throws: Errno.noSuchFileOrDirectory) { try LogHub(standardError: nil, file: "/nope/x.log") }
    }
}
