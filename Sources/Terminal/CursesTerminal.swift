import CNcurses
import CTerminalGuard
package import Dashboard
import Glibc

/// The terminal that this process was started from, drawn on through ncurses.
///
/// ncurses keeps one screen for the whole process and is not made for threads: an instance belongs
/// to the thread that has made it, and there is one at a time. Not being `Sendable` it stays there.
package final class CursesTerminal: TerminalDevice {
    /// How long ncurses waits for the rest of a sequence after an escape; the variable ESCDELAY wins.
    private static let escapeDelay: Int32 = 25
    private static let pasteOn = "\u{1B}[?2004h"
    private static let pasteOff = "\u{1B}[?2004l"

    package private(set) var size: Size
    package let capabilities: Capabilities

    private let file: UnsafeMutablePointer<FILE>
    private let descriptor: CInt
    private let screen: OpaquePointer
    private let signals: CInt
    private var keys: KeyReader
    private var painter: Painter
    private var mouseIsOn = false

    /// Takes the terminal over.
    ///
    /// - Throws: ``TerminalUnavailable`` when it cannot be had; it is then as it was.
    package init() throws(TerminalUnavailable) {
        // First of all: ncurses looks at the locale when it starts.
        setlocale(LC_ALL, "")
        // Before ncurses sets handlers of its own, which only ever replace the default.
        signals = terminal_guard_watch_signals()
        guard signals >= 0 else { throw TerminalUnavailable(description: "no pipe could be had") }
        // Not the standard streams: they can be sent elsewhere while the screen is shown.
        guard let file = fopen("/dev/tty", "r+e") else {
            throw TerminalUnavailable(description: "there is no controlling terminal")
        }
        descriptor = fileno(file)
        guard terminal_guard_save(descriptor) == 0, let screen = newterm(nil, file, file) else {
            fclose(file)
            throw TerminalUnavailable(description: "ncurses does not know this terminal")
        }
        raw()
        noecho()
        nonl()
        typeahead(-1)
        if getenv("ESCDELAY") == nil { set_escdelay(Self.escapeDelay) }
        guard let keys = KeyReader() else {
            endwin()
            delscreen(screen)
            fclose(file)
            throw TerminalUnavailable(description: "there is no memory for a screen")
        }
        self.file = file
        self.screen = screen
        self.keys = keys
        let noColor = getenv("NO_COLOR").map { String(cString: $0) }
        start_color()
        use_default_colors()
        painter = Painter(depth: ColorDepth(colors: Int(nc_colors()), noColor: noColor))
        size = Size(width: Int(nc_columns()), height: Int(nc_lines()))
        capabilities = Capabilities(
            isUnicode: nc_is_utf8() != 0, hasMouse: nc_capability("kmous") != nil,
            // A process group led by the session's leader has no shell that would continue it.
            canSuspend: getsid(0) != getpgrp())
        terminal_guard_set_restore(Self.restoreBytes, Self.restoreBytes.utf8.count)
        terminal_guard_arm()
        write(Self.pasteOn)
        setMouse(capabilities.hasMouse)
    }

    /// What undoes all that is done to a terminal: synchronised output, mouse, pasting, keypad,
    /// attributes, cursor, alternate screen.
    private static var restoreBytes: String {
        let own = "\u{1B}[?2026l\u{1B}[?1006l\u{1B}[?1002l\u{1B}[?1000l" + pasteOff
        let names: [String] = ["rmkx", "sgr0", "op", "cnorm", "rmcup"]
        return names.reduce(into: own) { bytes, name in
            if let capability = nc_capability(name) { bytes += withoutPadding(String(cString: capability)) }
        }
    }

    /// Delays such as `$<100/>` are for terminals made of metal.
    private static func withoutPadding(_ text: String) -> String {
        var parts = text.split(separator: "$<", omittingEmptySubsequences: false)[...]
        var kept = parts.popFirst().map(String.init) ?? ""
        for part in parts { kept += part.drop { $0 != ">" }.dropFirst() }
        return kept
    }

    /// Gives the terminal back; nothing may be called after it.
    package func close() {
        setMouse(false)
        write(Self.pasteOff)
        endwin()
        terminal_guard_disarm()
        keys.close()
        delscreen(screen)
        fclose(file)
    }

    /// Ends the wait of whoever has the terminal; for any thread, at any time.
    package static func wake() {
        terminal_guard_wake()
    }

    /// Gives the terminal back from outside its thread, which may be stuck in one that takes no output.
    ///
    /// The screen is lost for this process then.
    package static func abandon() {
        terminal_guard_leave()
    }

    // MARK: - Input

    package func wait(for limit: Duration?) -> [TerminalInput] {
        // Reading one key may have brought more of them into ncurses' own memory.
        var inputs = keys.readAll()
        var watched = [
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
        ]
        let milliseconds = limit.map { Self.milliseconds($0) } ?? -1
        guard poll(&watched, 2, inputs.isEmpty ? milliseconds : 0) > 0 else { return inputs }
        if watched[1].revents != 0 { inputs += readSignals() }
        if watched[0].revents & Int16(POLLIN) != 0 {
            let keys = keys.readAll()
            // Readable, with nothing to read: the end.
            if keys.isEmpty, isAtEnd { return inputs + [.hungUp] }
            inputs += keys
        } else if watched[0].revents & Int16(POLLHUP | POLLERR | POLLNVAL) != 0 {
            return inputs + [.hungUp]
        }
        return inputs
    }

    /// Rounded up: waking up too early would be waiting in circles.
    private static func milliseconds(_ limit: Duration) -> Int32 {
        let (seconds, attoseconds) = limit.components
        return Int32(clamping: seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }

    private var isAtEnd: Bool {
        var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&watched, 1, 0) > 0 && watched.revents & Int16(POLLHUP | POLLERR) != 0
    }

    private func readSignals() -> [TerminalInput] {
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = read(signals, &bytes, bytes.count)
        guard count > 0 else { return [] }
        let noticed = Set(bytes[..<count])
        var inputs: [TerminalInput] = []
        if noticed.contains(UInt8(ascii: "t")), capabilities.canSuspend {
            suspend()
            inputs.append(.resumed)
        } else if noticed.contains(UInt8(ascii: "c")) {
            // Stopped by a signal that nobody can catch; a shell has set the terminal to its own liking.
            reset_prog_mode()
            enableModes()
            inputs.append(.resumed)
        }
        if !inputs.isEmpty || noticed.contains(UInt8(ascii: "w")) {
            takeSize()
            inputs.append(.resized(size))
        }
        return inputs
    }

    private func takeSize() {
        var (columns, lines): (Int32, Int32) = (0, 0)
        guard nc_window_size(descriptor, &columns, &lines) == 0, columns > 0, lines > 0 else { return }
        resizeterm(lines, columns)
        size = Size(width: Int(columns), height: Int(lines))
        painter.forget()
    }

    // MARK: - Output

    package func show(_ frame: Frame) {
        painter.paint(frame) { write($0) }
    }

    package func perform(_ command: TerminalCommand) {
        switch command {
        case .redraw:
            nc_repaint()
            painter.forget()
        case .setMouse(let isOn): setMouse(isOn)
        case .suspend: suspend()
        }
    }

    private func setMouse(_ isOn: Bool) {
        mouseIsOn = isOn
        mousemask(isOn ? nc_mouse_mask() : 0, nil)
        // Otherwise ncurses waits a sixth of a second whether a press becomes a click.
        mouseinterval(0)
    }

    private func enableModes() {
        write(Self.pasteOn)
        setMouse(mouseIsOn)
        nc_repaint()
        painter.forget()
    }

    private func suspend() {
        let mouseWasOn = mouseIsOn
        setMouse(false)
        mouseIsOn = mouseWasOn
        write(Self.pasteOff)
        endwin()
        terminal_guard_disarm()
        write("taskdeck is stopped, and its API with it; the workers go on. 'fg' continues it.\r\n")
        // SIGTSTP is taken; this one stops all threads, and the shell notices alike.
        kill(getpid(), SIGSTOP)
        terminal_guard_arm()
        reset_prog_mode()
        enableModes()
        takeSize()
    }

    /// Bytes that ncurses knows nothing of; it keeps none of its own back between two calls.
    private func write(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, UnsafeBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count > 0 {
                    rest = rest.dropFirst(count)
                } else if errno != EINTR {
                    return
                }
            }
        }
    }
}
