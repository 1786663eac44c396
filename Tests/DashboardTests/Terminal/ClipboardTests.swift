import Dashboard
import FoundationEssentials
import Testing

@testable import Terminal

@Suite("Copying by OSC 52")
struct ClipboardTests {
    @Test(
        "the clipboard follows from the environment",
        arguments: [
            (["TERM": "xterm-256color"], Clipboard.direct), (["TERM": "xterm-kitty"], .direct), ([:], .direct),
            (["TERM": "tmux-256color", "TMUX": "/tmp/tmux-0/default,1,0"], .through(.tmux)),
            (["TERM": "screen-256color", "TMUX": "/tmp/tmux-0/default,1,0"], .through(.tmux)),
            (["TERM": "screen.xterm-256color", "STY": "1234.pts-0.host"], .through(.screen)),
            (["TERM": "screen.tmux-256color", "STY": "1.x", "TMUX": "x"], .through(.screen)),
            (["TERM": "tmux-256color", "STY": "1.x", "TMUX": "x"], .through(.tmux)),
            (["TERM": "xterm", "TMUX": "", "STY": ""], .direct),
            (["TERM": "linux"], .unavailable(reason: "the Linux console has no clipboard")),
            (["TERM": "vt220"], .unavailable(reason: "a terminal of the kind 'vt220' has no clipboard")),
        ])
    func environment(variables: [String: String], expected: Clipboard) {
        #expect(Clipboard { variables[$0] } == expected)
    }

    @Test("base64 is that of RFC 4648", arguments: 0..<260)
    func base64(count: Int) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
        #expect(ClipboardSequence.base64(bytes) == Data(bytes).base64EncodedString())
    }

    @Test("a text cannot control the terminal, and is copied whole")
    func sequence() throws {
        let text = "01J…\u{1B}]52;c;\u{7}\n界"
        let sequence = try #require(ClipboardSequence.setting(text, .direct))
        #expect(sequence.hasPrefix("\u{1B}]52;c;") && sequence.hasSuffix("\u{7}"))
        let body = sequence.dropFirst(7).dropLast()
        #expect(body.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
        #expect(Data(base64Encoded: String(body)) == Data(text.utf8))
        #expect(ClipboardSequence.setting(text, .through(.tmux)) == sequence)
        #expect(ClipboardSequence.setting(text, .unavailable(reason: "")) == nil)
    }

    @Test("screen gets chunks that it does not drop and that add up to the sequence")
    func screen() throws {
        let text = String(repeating: "long ", count: 100)
        let wrapped = try #require(ClipboardSequence.setting(text, .through(.screen)))
        var whole = ""
        for piece in wrapped.split(separator: "\u{1B}\\") {
            #expect(piece.hasPrefix("\u{1B}P") && piece.utf8.count <= 80)
            whole += piece.dropFirst(2)
        }
        #expect(whole == ClipboardSequence.setting(text, .direct))
    }

    @Test("a text has at most 74 994 bytes of base64")
    func limit() {
        let longest = String(repeating: "x", count: 74_992 / 4 * 3)
        #expect(Clipboard.fits(longest))
        #expect(ClipboardSequence.setting(longest, .direct)?.utf8.count == 74_992 + 8)
        #expect(!Clipboard.fits(longest + "x"))
        #expect(ClipboardSequence.setting(longest + "x", .direct) == nil)
        #expect(Clipboard.fits(""))
    }
}
