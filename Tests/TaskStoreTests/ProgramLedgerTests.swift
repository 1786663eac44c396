import FoundationEssentials
import SystemPackage
import TaskModel
import TestSupport
import Testing

@testable import TaskStore

@Suite("The ledger of running programs")
struct ProgramLedgerTests {
    private static let ids = ["01ARYZ6S410000000000000000", "01ARYZ6S410000000000000001", "01ARYZ6S410000000000000002"]
        .compactMap { TaskID($0) }

    private static func entry(_ index: Int) -> ProgramLedger.Entry {
        ProgramLedger.Entry(task: ids[index], pid: Int32(100 + index), startTime: UInt64.max - UInt64(index))
    }

    @Test("The next service finds the programs that have not ended, once")
    func programs() async throws {
        try await TemporaryDirectory.run { path in
            do {
                let ledger = ProgramLedger(try StateDirectory(path))
                #expect(ledger.dequeueEntries().isEmpty)
                #expect(!FileManager.default.fileExists(atPath: path.appending("programs").string))
                for index in 0..<2 { ledger.add(Self.entry(index)) }
                ledger.remove(Self.ids[0])
                ledger.add(Self.entry(2))
                ledger.remove(Self.ids[0])
            }
            let file = path.appending("programs").string
            let attributes = try FileManager.default.attributesOfItem(atPath: file)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            // A slot is used again.
            #expect(attributes[.size] as? Int == 2 * ProgramLedger.slotSize)
            let ledger = ProgramLedger(try StateDirectory(path))
            #expect(Set(ledger.dequeueEntries()) == [Self.entry(1), Self.entry(2)])
            #expect(ledger.dequeueEntries().isEmpty)
            ledger.add(Self.entry(0))
            #expect(try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int == ProgramLedger.slotSize)
        }
    }

    @Test("Without a directory, or in a place that cannot be used, nothing is kept")
    func nothing() async throws {
        let ledger = ProgramLedger(nil)
        ledger.add(Self.entry(0))
        #expect(ledger.dequeueEntries().isEmpty)
        try await TemporaryDirectory.run { path in
            let directory = try StateDirectory(path)
            try FileManager.default.createSymbolicLink(
                atPath: path.appending("programs").string, withDestinationPath: path.appending("target").string)
            let ledger = ProgramLedger(directory)
            ledger.add(Self.entry(0))
            ledger.remove(Self.ids[0])
            #expect(ledger.dequeueEntries().isEmpty)
            #expect(!FileManager.default.fileExists(atPath: path.appending("target").string))
        }
    }

    @Test(
        "A line is an entry only if it is complete and of this run of the system",
        arguments: [
            ("01ARYZ6S410000000000000000 7 8 boot   ", true), ("01ARYZ6S410000000000000000 7 8 other", false),
            ("01ARYZ6S410000000000000000 7 8", false), ("01ARYZ6S410000000000000000 x 8 boot", false),
            ("01ARYZ6S410000000000000000 7 -8 boot", false), ("7 7 8 boot", false), ("   ", false), ("", false),
            ("01ARYZ6S410000000000000000 7 8 boot more", false),
        ])
    func lines(line: String, isEntry: Bool) {
        let found = ProgramLedger.entries(in: "\n\(line)\n", boot: "boot")
        #expect(found == (isEntry ? [.init(task: Self.ids[0], pid: 7, startTime: 8)] : []))
    }

    @Test("The mark of a directory stays, also when it is moved, and a copy has another one")
    func mark() async throws {
        try await TemporaryDirectory.run { path in
            let mark = try StateDirectory(path).mark
            #expect(try StateDirectory(path).mark == mark)
            let moved = path.string + "-moved"
            try FileManager.default.moveItem(atPath: path.string, toPath: moved)
            defer { try? FileManager.default.removeItem(atPath: moved) }
            #expect(try StateDirectory(FilePath(moved)).mark == mark)
            try FileManager.default.copyItem(atPath: moved, toPath: path.string)
            #expect(try StateDirectory(path).mark != mark)
            #expect(try TaskStore(nil).mark != TaskStore(nil).mark)
        }
    }
}
