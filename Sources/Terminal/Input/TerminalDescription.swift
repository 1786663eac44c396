import CNcurses
import Dashboard
import Glibc

/// The input properties of the terminal description and the environment, for use on the ncurses thread after
/// newterm(3).
enum TerminalDescription {
    /// A parser for the terminal that ncurses has opened.
    static func inputParser() -> InputParser {
        let encoding = encoding()
        var escapeTimeout = Duration.milliseconds(50)
        if let delay = getenv("ESCDELAY").flatMap({ Int(String(cString: $0)) }), (1...60_000).contains(delay) {
            escapeTimeout = .milliseconds(delay)
        }
        return InputParser(keySequences(encoding), encoding: encoding, escapeTimeout: escapeTimeout)
    }

    /// The key capabilities of the description, including keys that are not used here.
    private static func keySequences(_ encoding: TextEncoding) -> KeySequences {
        var sequences = KeySequences()
        var index: CInt = 0
        while let name = nc_string_name(index).map({ String(cString: $0) }) {
            index += 1
            // All string capabilities with a `k` are keys, except the prefix of a mouse report.
            guard name.hasPrefix("k"), name != "kmous", let value = nc_capability(name) else { continue }
            let bytes = Array(UnsafeRawBufferPointer(start: value, count: strlen(value)))
            guard let first = bytes.first, bytes != [InputParser.escape] else { continue }
            // Printable bytes are characters whatever the description says, as are bytes from 0x80 on in UTF-8.
            guard first < 0x20 || first == 0x7F || first >= 0x80 && encoding.hasControlBytes else { continue }
            sequences.insert(bytes, key: keys[name])
        }
        return sequences
    }

    private static let keys: [String: Key] = {
        var keys: [String: Key] = [
            "kcuu1": .up, "kcud1": .down, "kcub1": .left, "kcuf1": .right, "kpp": .pageUp, "knp": .pageDown,
            "khome": .home, "kend": .end, "kent": .enter, "kcbt": .backTab, "kbs": .backspace, "kdch1": .delete,
        ]
        // Higher numbers are the same keys with modifiers.
        for number in 1...12 { keys["kf\(number)"] = .function(number) }
        return keys
    }()

    /// The encoding of the locale if it is an ISO 8859 one, or else UTF-8: the terminal of an ASCII locale is usually
    /// UTF-8.
    private static func encoding() -> TextEncoding {
        guard String(cString: nc_encoding()).hasPrefix("ISO-8859-") else { return .utf8 }
        return .singleByte(
            (0x80...0xFF).map { (byte: UInt8) in
                var character: wchar_t = 0
                let count = withUnsafeBytes(of: byte) { bytes in
                    mbtowc(&character, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), 1)
                }
                return count == 1 ? Unicode.Scalar(UInt32(bitPattern: character)) : nil
            })
    }
}
