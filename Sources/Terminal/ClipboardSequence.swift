import Dashboard

/// The control sequence that sets a clipboard: OSC 52 of xterm.
enum ClipboardSequence {
    /// The maximum size of a string in bytes: screen drops longer ones than 256 bytes (until 2014) or 768 bytes.
    private static let screenChunk = 76

    /// The sequence for a text; `nil` without a clipboard, or if the text is too long.
    static func setting(_ text: String, _ clipboard: Clipboard) -> String? {
        guard Clipboard.fits(text) else { return nil }
        let sequence = "\u{1B}]52;c;\(base64(text.utf8))\u{7}"
        switch clipboard {
        case .unavailable: return nil
        case .direct, .through(.tmux): return sequence
        case .through(.screen): return wrappedForScreen(sequence)
        }
    }

    /// The sequence in DCS strings, which screen forwards to the terminal without gaps.
    private static func wrappedForScreen(_ sequence: String) -> String {
        var wrapped = ""
        var rest = sequence.utf8[...]
        while !rest.isEmpty {
            wrapped += "\u{1B}P" + String(decoding: rest.prefix(screenChunk), as: UTF8.self) + "\u{1B}\\"
            rest = rest.dropFirst(screenChunk)
        }
        return wrapped
    }

    /// The encoding of RFC 4648.
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
