import Dashboard

/// The control sequence that puts a text into a clipboard: OSC 52 of xterm.
enum ClipboardSequence {
    /// Screen drops strings of more than some hundred bytes: 256 until 2014, 768 since.
    private static let screenChunk = 76

    /// `nil` where there is no clipboard, or the text is too long for one.
    static func setting(_ text: String, _ clipboard: Clipboard) -> String? {
        guard Clipboard.fits(text) else { return nil }
        let sequence = "\u{1B}]52;c;\(base64(text.utf8))\u{7}"
        switch clipboard {
        case .unavailable: return nil
        case .direct, .through(.tmux): return sequence
        case .through(.screen): return wrappedForScreen(sequence)
        }
    }

    /// Screen passes on what is in a DCS, as if it had come in one piece.
    private static func wrappedForScreen(_ sequence: String) -> String {
        var wrapped = ""
        var rest = sequence.utf8[...]
        while !rest.isEmpty {
            wrapped += "\u{1B}P" + String(decoding: rest.prefix(screenChunk), as: UTF8.self) + "\u{1B}\\"
            rest = rest.dropFirst(screenChunk)
        }
        return wrapped
    }

    /// RFC 4648.
    static func base64(_ bytes: some Collection<UInt8>) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var encoded: [UInt8] = []
        encoded.reserveCapacity((bytes.count + 2) / 3 * 4)
        var rest = bytes[...]
        while !rest.isEmpty {
            let group = rest.prefix(3)
            rest = rest.dropFirst(3)
            let value = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for index in 0..<4 {
                encoded.append(
                    index <= group.count ? alphabet[value >> (6 * (3 - index)) & 0x3F] : UInt8(ascii: "="))
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}
