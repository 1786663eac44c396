import TaskControl
import TestSupport
import Testing

@testable import Dashboard

@Suite("The log pane")
struct LogPaneTests {
    private static func event(_ number: Int, _ text: String = "event", _ level: LogLevel = .info) -> LogRecord {
        LogRecord(number: number, time: DashboardScript.start, level: level, text: text)
    }

    private static func dump(_ number: Int, rows: Int) -> [LogRecord] {
        [LogRecord(number: number, time: DashboardScript.start, level: .info, text: "status:", dump: .summary)]
            + (0..<rows).map {
                LogRecord(
                    number: number + 1 + $0, time: DashboardScript.start, level: .info,
                    text: "  \(DashboardScript.id($0)) process_data running", dump: .row)
            }
    }

    /// The numbers of the shown entries; the negative count for an entry that represents several rows.
    private static func shown(_ pane: LogPane) -> [Int] {
        pane.shown.map { $0.hiddenRows > 0 ? -$0.hiddenRows : $0.number }
    }

    @Test("only the newest dump has rows; older ones are reduced to their summaries")
    func folding() {
        var pane = LogPane()
        pane.setPage(20)
        pane.append([Self.event(0)] + Self.dump(1, rows: 3) + [Self.event(5)])
        #expect(Self.shown(pane) == [0, 1, 2, 3, 4, 5])
        pane.append(Self.dump(6, rows: 2))
        #expect(Self.shown(pane) == [0, 1, 5, 6, 7, 8])
    }

    @Test(
        "a dump gets at most half of the pane, with a line that counts the other rows",
        arguments: [
            (20, 9, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), (20, 10, [0, 1, 2, 3, 4, 5, 6, 7, 8, -2]),
            (20, 1000, [0, 1, 2, 3, 4, 5, 6, 7, 8, -992]), (4, 1, [0, 1]), (4, 2, [0, -2]), (1, 5, [0, -5]),
            (9, 5, [0, 1, 2, -3]),
        ])
    func limit(page: Int, rows: Int, shown: [Int]) {
        var pane = LogPane()
        pane.setPage(page)
        pane.append(Self.dump(0, rows: rows))
        #expect(Self.shown(pane) == shown)
        // Even if they arrive one by one, or the page changes afterwards.
        var slow = LogPane()
        slow.setPage(page)
        for record in Self.dump(0, rows: rows) { slow.append([record]) }
        #expect(slow.shown == pane.shown)
        var later = LogPane()
        later.append(Self.dump(0, rows: rows))
        later.setPage(page)
        #expect(later.shown == pane.shown)
    }

    @Test("tasks that a dump counts in one line are included in the count", arguments: [12, 20, 40])
    func others(page: Int) {
        var records = Self.dump(0, rows: 20)
        records.append(
            LogRecord(
                number: 21, time: DashboardScript.start, level: .info, text: "  … and 896 more wait",
                dump: .others(896)))
        func shownTasks(_ pane: LogPane) -> Int { pane.shown.reduce(0) { $0 + max($1.hiddenRows, $1.dumpedTasks) } }
        var pane = LogPane()
        pane.setPage(page)
        pane.append(records)
        #expect(shownTasks(pane) == 916)
        var later = LogPane()
        for record in records { later.append([record]) }
        later.setPage(page)
        #expect(later.shown == pane.shown)
    }

    @Test("a saved log includes the rows without room in the pane", arguments: [4, 20, 100])
    func wholeShown(page: Int) {
        var pane = LogPane()
        pane.setPage(page)
        // An event arrives between the rows.
        pane.append([Self.event(0)] + Self.dump(1, rows: 20) + [Self.event(22)])
        pane.append([
            LogRecord(
                number: 23, time: DashboardScript.start, level: .info, text: "  \(DashboardScript.id(20)) queued",
                dump: .row)
        ])
        #expect(pane.wholeShown.map(\.number) == Array(0...23))
        pane.setFilter("!running")
        #expect(pane.wholeShown.map(\.number) == [0, 1, 22, 23])
    }

    @Test("dumps do not displace events")
    func capacity() {
        var pane = LogPane()
        pane.append([Self.event(0, "the first")])
        var number = 1
        for _ in 0..<50 {
            pane.append(Self.dump(number, rows: 1000))
            number += 1001
            pane.append((0..<80).map { Self.event(number + $0) })
            number += 80
        }
        #expect(pane.shown.first?.record.text == "the first")
        #expect(pane.shown.count(where: { $0.record.dump == nil }) == 4001)
        pane.append((0..<2000).map { Self.event(number + $0) })
        #expect(pane.shown.first?.record.text != "the first")
        #expect(pane.shown.count >= LogPane.capacity)
        #expect(pane.shown.count < LogPane.capacity * 6 / 5)
    }

    @Test("summaries do not displace events")
    func summaries() {
        var pane = LogPane()
        pane.append((0..<100).map { Self.event($0) })
        for number in 0..<12_000 { pane.append(Self.dump(100 + number, rows: 0)) }
        #expect(pane.shown.first?.number == 0)
        #expect(pane.shown.last?.number == 12_099)
    }

    @Test("a pinned log does not move while dumps arrive, and following shows the newest one")
    func holding() {
        var pane = LogPane()
        pane.setPage(20)
        pane.append([Self.event(0)] + Self.dump(1, rows: 3))
        pane.toggleFollow()
        pane.append([Self.event(5)] + Self.dump(6, rows: 3) + Self.dump(10, rows: 2))
        #expect(Self.shown(pane) == [0, 1, 2, 3, 4, 5, 6, 10])
        #expect(pane.endIndex == 5)
        #expect(pane.newCount == 1)
        pane.toggleFollow()
        #expect(Self.shown(pane) == [0, 1, 5, 6, 10, 11, 12])
        #expect(pane.endIndex == 7)
    }

    @Test("filter, level and task apply to rows before the others are counted")
    func filtering() {
        var pane = LogPane()
        pane.setPage(8)
        pane.append([Self.event(0, "\(DashboardScript.id(3)) failed", .error)] + Self.dump(1, rows: 30))
        #expect(Self.shown(pane) == [0, 1, 2, 3, -28])
        pane.setTask(DashboardScript.id(3))
        #expect(Self.shown(pane) == [0, 5])
        pane.setTask(nil)
        pane.setFilter("!failed")
        #expect(Self.shown(pane) == [1, 2, 3, -28])
        pane.setFilter("process_data !P00000 !P00001")
        #expect(Self.shown(pane) == [4, 5, -26])
        pane.setFilter("")
        pane.nextLevel()
        pane.nextLevel()
        #expect(Self.shown(pane) == [0])
    }

    @Test("random changes leave the pane consistent", arguments: 0..<4)
    func random(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var pane = LogPane()
        var number = 0
        for step in 0..<500 {
            switch Int.random(in: 0..<14, using: &random) {
            case 0..<5:
                pane.append([Self.event(number, "word\(number % 7) \(DashboardScript.id(number % 5))")])
                number += 1
            case 5, 6:
                let dump = Self.dump(number, rows: .random(in: 0...30, using: &random))
                // An event between two rows.
                pane.append(
                    Bool.random(using: &random)
                        ? dump : dump.filter { $0.number != number + 3 } + [])
                number += dump.count
            case 7: pane.toggleFollow()
            case 8: pane.move(Motion.allCases.randomElement(using: &random) ?? .up, page: 10)
            case 9: pane.setFilter(["", "word3", "!word3", "running"].randomElement(using: &random) ?? "")
            case 10: pane.setTask(Bool.random(using: &random) ? nil : DashboardScript.id(2))
            case 11: pane.setPage(.random(in: 0...40, using: &random))
            default:
                pane.append((0..<100).map { Self.event(number + $0) })
                number += 100
            }
            let numbers = pane.shown.map(\.number)
            #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 }, "seed \(seed)")
            #expect((min(1, pane.shown.count)...pane.shown.count).contains(pane.endIndex), "seed \(seed)")
            guard step % 5 == 0 else { continue }
            var anew = pane
            anew.setFilter(pane.filter)
            #expect(anew.shown == pane.shown, "seed \(seed)")
        }
    }

    @Test(
        "ids are found unless they are part of a word",
        arguments: [
            ("\(DashboardScript.id(1)) started", [1]),
            ("of \(DashboardScript.id(1)), \(DashboardScript.id(2)).", [1, 2]),
            ("x\(DashboardScript.id(1))", []), ("\(DashboardScript.id(1))_x", []), ("\(DashboardScript.id(1))é", []),
            ("ABCDEFGHIJKLMNOPQRSTUVWXYZ", []), ("", []), ("(\(DashboardScript.id(7)))", [7]),
        ] as [(String, [Int])])
    func mentions(text: String, numbers: [Int]) {
        #expect(TaskMention.all(in: text).map(\.id) == numbers.map(DashboardScript.id))
    }

    @Test("the log grows in steps, and shrinks only with another screen size")
    func growth() {
        var growth = LogGrowth()
        let size = Size(width: 100, height: 40)
        func measure(_ total: Int, _ size: Size) -> LogGrowth.Measure {
            LogGrowth.Measure(size: size, total: total, isFull: false)
        }
        var sizes: [Int] = []
        for (total, count) in [(1, 1), (5, 5), (6, 6), (9, 9), (10, 3), (40, 40)] {
            growth.update(measure(total, size), maximum: 18) { min($0, count) }
            sizes.append(growth.lines)
        }
        #expect(sizes == [4, 8, 8, 12, 12, 20])
        growth.update(measure(40, Size(width: 100, height: 41)), maximum: 18) { _ in 3 }
        #expect(growth.lines == 4)
    }
}
