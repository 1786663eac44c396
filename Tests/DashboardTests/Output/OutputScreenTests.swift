import TaskModel
import Terminal
import Testing

@testable import Dashboard

@Suite("Screens with output")
struct OutputScreenTests {
    private static func build(_ width: Int, _ height: Int, unicode: Bool = true) -> DashboardScript {
        var output = ScriptedOutput(
            "\u{1B}[1m==> Configuring\u{1B}[0m", "checking for cc... \u{1B}[32mcc\u{1B}[0m",
            "\u{1B}[1;34m[ 12%]\u{1B}[0m Building C object lib/CMakeFiles/a.dir/parser.c.o",
            "\u{1B}[38;5;208m[ 25%]\u{1B}[0m Building C object lib/CMakeFiles/a.dir/a-file-with-a-very-long-name.c.o")
        output.append(
            ["parser.c:31: \u{1B}[35mwarning: \u{1B}[0munused variable '\u{1B}[1mi\u{1B}[0m'"], .standardError)
        output.append(["\u{1B}[41;97m FAIL \u{1B}[0m test 3: 日本語 ≠ nihongo"])
        output.setOpen("linking 10 %\rlinking 57 %")
        var script = DashboardScript.program(
            output, width, height, capabilities: Capabilities(isUnicode: unicode, clipboard: .direct))
        if width < ScreenLayout.wideWidth {
            script.press(.enter)
            script.show(output)
        }
        return script
    }

    @Test(
        "beside the table and in the detail", arguments: [(200, 50), (150, 30), (80, 24), (40, 16), (30, 8), (20, 5)])
    func sizes(width: Int, height: Int) throws {
        try Golden.expect(Self.build(width, height).screen, is: "output-\(width)x\(height)")
    }

    @Test("in ASCII")
    func ascii() throws {
        let screen = Self.build(80, 24, unicode: false).screen
        #expect(screen.unicodeScalars.allSatisfy { $0.isASCII })
        try Golden.expect(screen, is: "output-ascii")
    }

    @Test("in the colors of each terminal", arguments: ColorDepth.allCases)
    func colors(depth: ColorDepth) throws {
        try Golden.expect(Self.build(80, 24).model.frame.marked(by: depth), is: "output-colors-\(depth)")
    }

    @Test(
        "a color is the nearest that the terminal has",
        arguments: [
            (TerminalColor.palette(1), [nil, 1, 1, 1]), (.palette(12), [nil, 4, 12, 12]),
            (.palette(196), [nil, 1, 9, 196]), (.palette(244), [nil, 0, 8, 244]),
            (.rgb(red: 255, green: 0, blue: 0), [nil, 1, 9, 196]),
            (.rgb(red: 0, green: 200, blue: 0), [nil, 2, 2, 40]),
            (.rgb(red: 128, green: 128, blue: 128), [nil, 0, 8, 244]),
            (.rgb(red: 255, green: 255, blue: 255), [nil, 7, 15, 231]),
        ])
    func nearest(color: TerminalColor, numbers: [Int?]) {
        let depths: [ColorDepth] = [.none, .eight, .sixteen, .many]
        #expect(depths.map { color.number(depth: $0) } == numbers)
    }
}
