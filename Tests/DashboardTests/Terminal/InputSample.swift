import Dashboard
import Testing

/// Bytes of a terminal, and the expected inputs.
struct InputSample: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let inputs: [TerminalInput]

    init(_ name: String, _ text: String, _ inputs: TerminalInput...) {
        (self.name, bytes, self.inputs) = (name, Array(text.utf8), inputs)
    }

    init(_ name: String, _ text: String, _ inputs: [TerminalInput]) {
        (self.name, bytes, self.inputs) = (name, Array(text.utf8), inputs)
    }

    init(_ name: String, bytes: [UInt8], _ inputs: TerminalInput...) {
        (self.name, self.bytes, self.inputs) = (name, bytes, inputs)
    }

    var testDescription: String { name }

    static let answers = [
        InputSample("XTVERSION", "\u{1B}P>|tmux 3.5a\u{1B}\\"),
        InputSample("DECRQSS", "\u{1B}P1$r0;4mKyt\u{1B}\\"),
        InputSample("XTGETTCAP", "\u{1B}P1+r544e=787465726d\u{1B}\\"),
        InputSample("DA3", "\u{1B}P!|7E565445\u{1B}\\"),
        InputSample("DCS with escapes doubled", "\u{1B}Ptmux;\u{1B}\u{1B}\\"),
        InputSample("OSC 11, ended by ST", "\u{1B}]11;rgb:1e1e/1e1e/2e2e\u{1B}\\"),
        InputSample("OSC 10, ended by BEL", "\u{1B}]10;rgb:dddd/dddd/dddd\u{7}"),
        InputSample("OSC 52", "\u{1B}]52;c;S3l0S3l0\u{1B}\\"),
        InputSample("title", "\u{1B}]ltaskdeck — Kyt 界\u{1B}\\"),
        InputSample("APC of kitty's graphics", "\u{1B}_Gi=31;OK\u{1B}\\"),
        InputSample("PM", "\u{1B}^Kyt\u{1B}\\"),
        InputSample("SOS", "\u{1B}XKyt\u{7}t\u{1B}\\"),
        InputSample("OSC broken off by CAN", "\u{1B}]11;Kyt\u{18}"),
        InputSample("DCS broken off by SUB", "\u{1B}PKyt\u{1A}"),
        InputSample("DCS broken off by an answer", "\u{1B}PKyt\u{1B}[?62;22c"),
        InputSample("CSI broken off by CAN", "\u{1B}[8;2\u{18}"),
        InputSample("CSI broken off by an answer", "\u{1B}[8;2\u{1B}]10;t\u{7}"),
        InputSample("size of the window", "\u{1B}[8;24;80t"),
        InputSample("DA1", "\u{1B}[?62;22c"),
        InputSample("DA2", "\u{1B}[>41;354;0c"),
        InputSample("position of the cursor", "\u{1B}[24;80R"),
        InputSample("mode, DEC's", "\u{1B}[?2026;2$y"),
        InputSample("mode, ANSI's", "\u{1B}[4;2$y"),
        InputSample("kitty's keyboard", "\u{1B}[?0u"),
        InputSample("focus", "\u{1B}[I\u{1B}[O"),
        InputSample("long CSI", "\u{1B}[" + String(repeating: "1;", count: 5000) + "t"),
        InputSample("CSI with a private marker of a key", "\u{1B}[?1A\u{1B}[>5~\u{1B}[=200~"),
        InputSample("ST alone", "\u{1B}\\"),
    ]

    private static func functionKeys(_ numbers: [Int]) -> String {
        numbers.map { "\u{1B}[\($0)~" }.joined()
    }

    static let keys = [
        InputSample("characters", "aé界🚀", .char("a"), .char("é"), .char("界"), .char("🚀")),
        InputSample(
            "controls", "\r\t\u{7F}\u{3}\u{1A}\u{13}\u{0}", .key(.enter), .key(.tab), .key(.backspace), .control("c"),
            .control("z"), .control("s"), .control(" ")),
        InputSample(
            "cursor keys", "\u{1B}[A\u{1B}[B\u{1B}[C\u{1B}[D", .key(.up), .key(.down), .key(.right), .key(.left)),
        InputSample(
            "cursor keys of applications", "\u{1B}OA\u{1B}OB\u{1B}OH\u{1B}OF", .key(.up), .key(.down), .key(.home),
            .key(.end)),
        InputSample(
            "editing keys", "\u{1B}[1~\u{1B}[3~\u{1B}[5~\u{1B}[6~\u{1B}[8~\u{1B}[Z", .key(.home), .key(.delete),
            .key(.pageUp), .key(.pageDown), .key(.end), .key(.backTab)),
        InputSample("keypad", "\u{1B}OM\u{1B}Op\u{1B}Oj", .key(.enter)),
        InputSample("keys with modifiers", "\u{1B}[1;5A\u{1B}[3;2~\u{1B}O5A\u{1B}[a\u{1B}Oa\u{1B}[97;5u\u{1B}[27;5;9~"),
        InputSample(
            "function keys of VT100, xterm, tmux and screen", "\u{1B}OP\u{1B}OQ\u{1B}OR\u{1B}OS", .function(1),
            .function(2), .function(3), .function(4)),
        InputSample(
            "function keys with numbers", functionKeys([11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24]),
            (1...12).map(TerminalInput.function)),
        InputSample(
            "function keys of the Linux console", "\u{1B}[[A\u{1B}[[B\u{1B}[[C\u{1B}[[D\u{1B}[[E", .function(1),
            .function(2), .function(3), .function(4), .function(5)),
        InputSample("numbers that are no function keys", functionKeys([0, 2, 9, 10, 16, 22, 25, 34, 111])),
        InputSample(
            "function keys with modifiers",
            "\u{1B}[24;2~\u{1B}[15;5~\u{1B}[1;2P\u{1B}[1;5S\u{1B}O2P\u{1B}[23^\u{1B}[23@\u{1B}[23$\u{1B}[11^\u{1B}[25~"),
        InputSample("rxvt's keys with Shift", "\u{1B}[23$\u{1B}[3$"),
        InputSample("no key of the Linux console", "\u{1B}[[F\u{1B}[[1"),
        InputSample(
            "zeros that fill time in a sequence", "\u{1B}[\u{0}1\u{0}5~\u{1B}O\u{0}P", .function(5), .function(1)),
        InputSample("Alt and a letter, which is Escape and a letter", "\u{1B}j", .key(.escape), .char("j")),
        InputSample("Escape twice, and a cursor key", "\u{1B}\u{1B}\u{1B}[A", .key(.escape), .key(.escape), .key(.up)),
        InputSample("a control character in a sequence", "\u{1B}[1;\u{C}5A", .control("l")),
        InputSample("a character in a sequence", "\u{1B}[8;2é", .char("é")),
    ]

    static let others = [
        InputSample(
            "mouse, X10", bytes: Array("\u{1B}[M ".utf8) + [43, 0xE0],
            .mouse(MouseEvent(.press, at: Position(x: 10, y: 191)))),
        InputSample(
            "mouse, X10, letters as places", "\u{1B}[M#Ky\u{1B}[M`tt",
            .mouse(MouseEvent(.wheelUp, at: Position(x: 83, y: 83)))),
        InputSample(
            "mouse, X10, positions that no byte can encode",
            bytes: Array("\u{1B}[M \u{0}t\u{1B}[M \rK\u{1B}[M\u{3}yy".utf8)),
        InputSample("mouse, X10, broken off", "\u{1B}[M \u{18}\u{1B}[MK\u{1A}\u{1B}[M \u{1B}[A", .key(.up)),
        InputSample(
            "mouse, SGR", "\u{1B}[<0;11;192M\u{1B}[<0;11;192m\u{1B}[<35;1;1M",
            .mouse(MouseEvent(.press, at: Position(x: 10, y: 191)))),
        InputSample(
            "wheel, SGR, with Control", "\u{1B}[<80;1;2M\u{1B}[<65;300;2M",
            .mouse(MouseEvent(.wheelUp, at: Position(x: 0, y: 1))),
            .mouse(MouseEvent(.wheelDown, at: Position(x: 299, y: 1)))),
        InputSample("mouse, SGR, outside", "\u{1B}[<0;0;5M\u{1B}[<0;5M\u{1B}[<M"),
        InputSample("pasted text", "\u{1B}[200~Ky 界\r\nq\rt\n\u{1B}[201~", .paste("Ky 界\nq\nt\n")),
        InputSample(
            "pasted sequences", "\u{1B}[200~\u{1B}[A\u{1B}[20\u{1B}[200~\u{1B}]\u{1B}[201~",
            .paste("\u{1B}[A\u{1B}[20\u{1B}[200~\u{1B}]")),
        InputSample("nothing pasted", "\u{1B}[200~\u{1B}[201~\u{1B}[201~", .paste("")),
    ]
}

extension TerminalInput {
    static func char(_ scalar: Unicode.Scalar) -> TerminalInput { .key(.character(scalar)) }
    static func function(_ number: Int) -> TerminalInput { .key(.function(number)) }
    static func control(_ scalar: Unicode.Scalar) -> TerminalInput { .key(.control(scalar)) }
}
