import CNcurses
import Dashboard

/// Reads keys, pasted text and the mouse through ncurses.
struct KeyReader {
    // Codes of our own, beyond those of ncurses.
    private static let pasteStart = KEY_MAX + 100
    private static let pasteEnd = KEY_MAX + 101
    /// Characters that are taken of a text that is pasted.
    private static let pasteLimit = 1 << 20

    /// A pad, since reading from a window draws it first.
    private let pad: UnsafeMutablePointer<WINDOW>
    /// What has been pasted so far, while its end is still to come.
    private var pasted: String?

    /// `nil` when there is no memory for it.
    init?() {
        guard let pad = newpad(1, 1) else { return nil }
        self.pad = pad
        keypad(pad, true)
        nodelay(pad, true)
        define_key("\u{1B}[200~", Self.pasteStart)
        define_key("\u{1B}[201~", Self.pasteEnd)
    }

    func close() {
        delwin(pad)
    }

    /// All that has come and has not been read.
    mutating func readAll() -> [TerminalInput] {
        var inputs: [TerminalInput] = []
        while let code = next() {
            if pasted != nil {
                if let text = takePasted(code) { inputs.append(.paste(text)) }
            } else {
                inputs += input(code)
            }
        }
        return inputs
    }

    private enum Code {
        case character(Unicode.Scalar)
        case key(Int32)
    }

    private func next() -> Code? {
        var code: Int32 = 0
        switch nc_get_wch(pad, &code) {
        case OK: return .character(Unicode.Scalar(UInt32(bitPattern: code)) ?? "\u{FFFD}")
        case KEY_CODE_YES: return .key(code)
        default: return nil
        }
    }

    private mutating func takePasted(_ code: Code) -> String? {
        switch code {
        case .key(Self.pasteEnd):
            defer { pasted = nil }
            return pasted
        case .character(let scalar):
            if (pasted?.unicodeScalars.count ?? 0) < Self.pasteLimit {
                pasted?.unicodeScalars.append(scalar == "\r" ? "\n" : scalar)
            }
        case .key: break
        }
        return nil
    }

    private mutating func input(_ code: Code) -> [TerminalInput] {
        switch code {
        case .key(Self.pasteStart):
            pasted = ""
            return []
        case .key(KEY_MOUSE): return mouse().map { [.mouse($0)] } ?? []
        case .key(let code): return Self.key(code).map { [.key($0)] } ?? []
        case .character("\u{1B}"): return escaped()
        case .character(let scalar): return Self.key(scalar).map { [.key($0)] } ?? []
        }
    }

    /// After an escape that begins none of the sequences known for this terminal.
    private mutating func escaped() -> [TerminalInput] {
        guard let code = next() else { return [.key(.escape)] }
        switch code {
        case .character("["):
            // A key that nobody knows here: its parameters are not to be taken for keys.
            while case .character(let scalar)? = next() {
                if (0x40...0x7E).contains(scalar.value) { break }
            }
            return []
        case .character("O"):
            _ = next()
            return []
        case .character, .key: return [.key(.escape)] + input(code)
        }
    }

    private func mouse() -> MouseEvent? {
        var event = MEVENT()
        guard getmouse(&event) == OK else { return nil }
        let position = Position(x: Int(event.x), y: Int(event.y))
        if nc_is_press(event.bstate) != 0 { return MouseEvent(.press, at: position) }
        if nc_is_wheel_up(event.bstate) != 0 { return MouseEvent(.wheelUp, at: position) }
        if nc_is_wheel_down(event.bstate) != 0 { return MouseEvent(.wheelDown, at: position) }
        return nil
    }

    private static func key(_ scalar: Unicode.Scalar) -> Key? {
        switch scalar.value {
        case 0x0D, 0x0A: .enter
        case 0x09: .tab
        case 0x08, 0x7F: .backspace
        case 0x01...0x1A: .control(Unicode.Scalar(UInt8(scalar.value) + 0x60))
        case 0..<0x20: nil
        default: .character(scalar)
        }
    }

    private static func key(_ code: Int32) -> Key? {
        switch code {
        case KEY_UP: .up
        case KEY_DOWN: .down
        case KEY_LEFT: .left
        case KEY_RIGHT: .right
        case KEY_PPAGE: .pageUp
        case KEY_NPAGE: .pageDown
        case KEY_HOME: .home
        case KEY_END: .end
        case KEY_ENTER: .enter
        case KEY_BTAB: .backTab
        case KEY_BACKSPACE: .backspace
        case KEY_DC: .delete
        default: nil
        }
    }
}
