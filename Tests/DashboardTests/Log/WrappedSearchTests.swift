import TaskModel
import Testing

@testable import Dashboard

@Suite("Searching in lines that are wrapped")
struct WrappedSearchTests {
    /// The characters marked as found, in screen order, without spaces.
    private static func found(_ script: DashboardScript) -> String {
        let cells = script.model.frame.rows.dropFirst(3).dropLast(2).joined()
        var text = ""
        for cell in cells where cell.style.isBold && (cell.style.isReversed || cell.style.isUnderlined) {
            if let scalar = cell.scalar, scalar != " " { text.unicodeScalars.append(scalar) }
        }
        return text
    }

    @Test("matches are found and marked across line breaks", arguments: 36...70)
    func rows(width: Int) {
        var script = DashboardScript(Size(width: width, height: 40))
        var record = DashboardScript.record(1, "process_data", .failed)
        record.error =
            "the quick brown fox jumps over the lazy dog " + String(repeating: "x", count: 40) + "Needle\nend"
        script.add(record)
        for (search, found) in [
            ("lazy dog", "lazydog"), ("brown fox jumps over", "brownfoxjumpsover"), ("xneedle", "xNeedle"),
        ] {
            script.keys("⏎/\(search)⏎")
            #expect(script.message == nil)
            #expect(Self.found(script) == found)
            script.keys("⎋⎋")
        }
        // A line break is not a space.
        script.keys("⏎/needle end⏎")
        #expect(script.message == "'needle end' is in none of this task's lines")
    }

    @Test("the neighbors of a row are those of the same line", arguments: 0...12)
    func context(count: Int) {
        let text = "first\nsecond line\nthird"
        let start = text.index(text.startIndex, offsetBy: 9)
        let row = text[start..<text.index(start, offsetBy: 4)]
        #expect(row == "ond ")
        #expect(row.preceding(count) == "sec".suffix(count))
        #expect(row.following(count) == "line".prefix(count))
    }
}
