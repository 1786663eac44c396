package import Dashboard

extension Clipboard {
    /// - Parameter variable: the value of a variable of the environment.
    package init(variable: (String) -> String?) {
        let name = variable("TERM") ?? ""
        let (hasTmux, hasScreen) = (!(variable("TMUX") ?? "").isEmpty, !(variable("STY") ?? "").isEmpty)
        switch (hasTmux, hasScreen) {
        // Of one in the other, the inner one counts. Only screen gives such names: `screen.xterm-256color`.
        case (true, true): self = .through(name.hasPrefix("screen.") ? .screen : .tmux)
        case (true, false): self = .through(.tmux)
        case (false, true): self = .through(.screen)
        case (false, false):
            self = Self.obstacle(name).map { .unavailable(reason: $0) } ?? .direct
        }
    }

    /// Why a terminal with a name for its kind has no clipboard; `nil` if it may have one.
    private static func obstacle(_ name: String) -> String? {
        if name == "linux" || name.hasPrefix("linux-") { return "the Linux console has no clipboard" }
        let kinds = ["vt", "ansi", "pcansi", "cons25", "dumb", "sun", "wsvt", "hurd", "minix", "bterm", "fbterm"]
        guard kinds.contains(where: { name.hasPrefix($0) }) else { return nil }
        return "a terminal of the kind '\(name.prefix(20))' has no clipboard"
    }
}

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
