import TaskModel
import Testing

@testable import Dashboard

@Suite("Numbers and text")
struct FormatTests {
    @Test(
        "durations",
        arguments: [
            (0, "00:00:00"), (-5, "00:00:00"), (999, "00:00:00"), (61_000, "00:01:01"), (359_999_000, "99:59:59"),
            (360_000_000, "4d 04h"), (Int.max, "106751991167d"),
        ])
    func durations(milliseconds: Int, text: String) {
        #expect(Format.duration(milliseconds: milliseconds) == text)
    }

    @Test(
        "the time left, without false precision",
        arguments: [
            (0, "~0 s left"), (21_900, "~21 s left"), (59_999, "~59 s left"), (60_000, "~1 min left"),
            (155_000, "~3 min left"), (3_599_000, "~1 h left"), (6_600_000, "~1 h 50 min left"),
            (200_000_000, "~2 d 7 h left"),
        ])
    func timeLeft(milliseconds: Int, text: String) {
        #expect(Format.timeLeft(milliseconds: milliseconds) == text)
    }

    @Test(
        "bytes in at most five characters",
        arguments: [
            (0, "0K"), (-1, "0K"), (1023, "1K"), (500 << 10, "500K"), (9_500_000, "9.1M"), (84 << 20, "84M"),
            (1 << 30, "1.0G"), (1000 << 20, "1.0G"), (999 << 30, "999G"), (5 << 40, "5.0T"),
        ])
    func bytes(bytes: Int, text: String) {
        #expect(Format.bytes(bytes) == text)
    }

    @Test(
        "percentages reach 100 only at the end",
        arguments: [
            (0.0, "0 %"), (0.9999, "99 %"), (1.0, "100 %"), (0.29, "29 %"), (2.0, "100 %"), (-1.0, "0 %"),
            (.nan, "0 %"), (.infinity, "0 %"),
        ])
    func percent(fraction: Double, text: String) {
        #expect(Format.percent(fraction) == text)
    }

    @Test(
        "times of day in UTC",
        arguments: [(0, "00:00:00"), (1_795_503_600_000, "07:00:00"), (86_399_999, "23:59:59"), (-1000, "23:59:59")])
    func times(milliseconds: Int64, text: String) {
        #expect(LocalTime.utc.clock(Timestamp(milliseconds: milliseconds)) == text)
    }

    @Test(
        "text is measured and truncated in cells",
        arguments: [
            ("abc", 3, "abc"), ("abcd", 3, "ab…"), ("界世界", 6, "界世界"), ("界世界", 5, "界世…"), ("界世界", 4, "界…"),
            ("a\u{301}b", 2, "a\u{301}b"), ("abc", 0, ""), ("abc", 1, "…"), ("👨‍👩‍👧", 4, "👨…"),
        ])
    func cutting(text: String, width: Int, expected: String) {
        let cut = CellText(text, isUnicode: true).cut(to: width, isUnicode: true)
        #expect(cut.width <= width)
        #expect(String(String.UnicodeScalarView(cut.units.flatMap { [$0.scalar] + $0.marks })) == expected)
    }

    @Test(
        "lines are broken after spaces, and long words at the end of the line",
        arguments: [
            ("one two three", 8, ["one two ", "three"]), ("one two", 20, ["one two"]),
            ("abcdefghij", 4, ["abcd", "efgh", "ij"]), ("界世界世", 5, ["界世", "界世"]), ("", 3, [""]),
            ("界", 1, ["界"]),
        ])
    func wrapping(text: String, width: Int, expected: [String]) {
        let lines = CellText(text, isUnicode: true).wrapped(to: width)
        #expect(lines.map { String(String.UnicodeScalarView($0.units.map(\.scalar))) } == expected)
        for line in lines { #expect(line.width == line.units.reduce(0) { $0 + $1.width }) }
    }

    @Test(
        "columns are chosen by importance, and neither overlap nor leave the screen", arguments: Array(20...220))
    func columns(width: Int) {
        let used = width % 2 == 0 ? [] : TaskColumn.optional
        let placed = ColumnLayout(width: width, using: used, hasSilent: width % 3 == 0).columns
        var end = ColumnLayout.margin
        for column in placed {
            #expect(column.x >= end)
            end = column.x + column.width + 1
        }
        #expect(end - 1 <= width)
        let columns = Set(placed.map(\.column))
        #expect(columns.isSuperset(of: [.state, .progress]))
        #expect(width < 80 || columns.isSuperset(of: [.id, .type, .title, .elapsed]))
        #expect(width < 90 || columns.contains(.step))
        #expect(width < 136 || columns.isSuperset(of: [.started, .ended, .cpu]))
        // Reason and priority are more important than resource usage.
        #expect(columns.isDisjoint(with: [.memory, .pid]) || columns.isSuperset(of: used.intersection([.priority])))
        let others = Set(TaskColumn.allCases).subtracting(TaskColumn.optional)
        #expect(width < 200 || columns.isSuperset(of: others))
        #expect(width % 2 == 1 || width < 200 || columns == others)
        #expect(width < 204 || width % 2 == 0 || columns.count == TaskColumn.allCases.count)
    }

    @Test("a text field has the editing keys of shells")
    func editing() {
        var field = TextField("one two")
        for (key, text, cursor) in [
            (Key.left, "one two", 6), (.backspace, "one to", 5), (.character("w"), "one two", 6), (.home, "one two", 0),
            (.delete, "ne two", 0), (.control("e"), "ne two", 6), (.control("w"), "ne ", 3), (.control("u"), "", 0),
            (.backspace, "", 0), (.delete, "", 0), (.left, "", 0), (.right, "", 0), (.character("界"), "界", 1),
            (.control("a"), "界", 0), (.control("k"), "", 0),
        ] as [(Key, String, Int)] {
            let isHandled = field.handle(key)
            #expect(isHandled)
            #expect(field.text == text)
            #expect(field.cursor == cursor)
        }
        field.insert("a\nb\tc")
        #expect(field.text == "a b c")
        let isHandled = field.handle(.up)
        #expect(!isHandled)
    }
}
