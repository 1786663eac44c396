import CNcurses
import CTerminalGuard
package import Dashboard
import Glibc

/// The controlling terminal of the process, drawn on through ncurses.
///
/// ncurses has one screen per process and is not thread-safe: there is one instance at a time, and it is used on the
/// thread that created it. It is not `Sendable` for that reason.
package final class CursesTerminal: TerminalDevice {
    private static let pasteOn = "\u{1B}[?2004h"
    /// The maximum number of columns and lines: a terminal can have any size.
    private static let sizeLimit: Int32 = 1000
    private static let pasteOff = "\u{1B}[?2004l"

    package private(set) var size: Size
    package let capabilities: Capabilities

    private let file: UnsafeMutablePointer<FILE>
    let descriptor: CInt
    /// The terminal opened again, non-blocking; ncurses needs a blocking descriptor for output.
    private let inputDescriptor: CInt
    private let screen: OpaquePointer
    let signals: CInt
    var reader: InputReader
    private var painter: Painter
    private var mouseIsOn = false
    /// The line that is shown while the process is stopped.
    let suspensionText: String
    /// Whether the dashboard is on the terminal.
    ///
    /// False in the background, where most operations on the terminal would stop the process.
    private(set) var isShown = true

    /// Opens the terminal and starts ncurses.
    ///
    /// - Parameter suspensionText: The line to show while the process is stopped.
    /// - Throws: ``TerminalUnavailable`` if that is not possible; the terminal is then unchanged.
    package init(suspensionText: String) throws(TerminalUnavailable) {
        self.suspensionText = suspensionText
        // ncurses reads the locale when it starts.
        setlocale(LC_ALL, "")
        // Before ncurses installs its own handlers: those only replace the default.
        signals = terminal_guard_watch_signals()
        guard signals >= 0 else { throw TerminalUnavailable(description: "no pipe could be had") }
        // Not the standard streams: they may be redirected while the screen is shown.
        guard let file = fopen("/dev/tty", "r+e") else {
            throw TerminalUnavailable(description: "there is no controlling terminal")
        }
        self.file = file
        descriptor = fileno(file)
        inputDescriptor = open("/dev/tty", O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        guard inputDescriptor >= 0, terminal_guard_save(descriptor) == 0, let screen = Self.openScreen(file) else {
            Glibc.close(inputDescriptor)
            fclose(file)
            throw TerminalUnavailable(description: "ncurses does not know this terminal")
        }
        self.screen = screen
        reader = InputReader(descriptor: inputDescriptor, parser: TerminalDescription.inputParser())
        let noColor = getenv("NO_COLOR").map { String(cString: $0) }
        painter = Painter(depth: ColorDepth(colors: Int(nc_colors()), noColor: noColor))
        size = Self.adoptSize(of: descriptor)
        capabilities = Capabilities(
            isUnicode: nc_is_utf8() != 0, hasMouse: nc_capability("kmous") != nil,
            // A process group led by the session leader has no shell that could continue it.
            canSuspend: getsid(0) != getpgrp(),
            clipboard: Clipboard { name in getenv(name).map { String(cString: $0) } })
        terminal_guard_set_restore(Self.restoreBytes, Self.restoreBytes.utf8.count)
        terminal_guard_arm(descriptor)
        write(Self.pasteOn)
        setMouse(capabilities.hasMouse)
    }

    /// Starts ncurses on a terminal and sets its modes; `nil` if ncurses does not know the terminal.
    private static func openScreen(_ file: UnsafeMutablePointer<FILE>) -> OpaquePointer? {
        // ncurses allocates memory for each cell of the size that it finds, so it must not find an absurd one. It must
        // find the real size if that is sensible: it scrolls the lines that it starts with, and moves no cursor below
        // them. It must also find it if the terminal description has no size, as that of the Linux console.
        let descriptor = fileno(file)
        use_env(false)
        use_tioctl(hasSensibleSize(descriptor) || !nc_description_has_size(descriptor))
        defer { use_tioctl(false) }
        guard let screen = newterm(nil, file, file) else { return nil }
        raw()
        noecho()
        nonl()
        typeahead(-1)
        // Only for the sequence that it sends: keys are read by ``InputReader``.
        keypad(nc_stdscr(), true)
        start_color()
        use_default_colors()
        return screen
    }

    /// The sequences that reset the terminal: synchronized output, mouse, bracketed paste, keypad, attributes, cursor,
    /// alternate screen.
    private static var restoreBytes: String {
        let own = "\u{1B}[?2026l\u{1B}[?1006l\u{1B}[?1002l\u{1B}[?1000l" + pasteOff
        let names: [String] = ["rmkx", "sgr0", "op", "cnorm", "rmcup"]
        return names.reduce(into: own) { bytes, name in
            if let capability = nc_capability(name) { bytes += withoutPadding(String(cString: capability)) }
        }
    }

    /// The capability without delays such as `$<100/>`, which only hardware terminals need.
    private static func withoutPadding(_ text: String) -> String {
        var parts = text.split(separator: "$<", omittingEmptySubsequences: false)[...]
        var kept = parts.popFirst().map(String.init) ?? ""
        for part in parts { kept += part.drop { $0 != ">" }.dropFirst() }
        return kept
    }

    /// Restores the terminal; the instance must not be used afterwards.
    package func close() {
        leave()
        delscreen(screen)
        fclose(file)
        Glibc.close(inputDescriptor)
    }

    /// Ends a wait for input; callable from any thread at any time.
    package static func wake() {
        terminal_guard_wake()
    }

    /// Restores the terminal from another thread, while its own may be blocked in output.
    ///
    /// The terminal cannot be drawn on afterwards.
    package static func abandon() {
        terminal_guard_leave()
    }

    // MARK: - Output

    package func show(_ frame: Frame) {
        guard isShown else { return }
        painter.paint(frame) { write($0) }
    }

    package func perform(_ command: TerminalCommand) {
        switch command {
        case .redraw:
            nc_repaint()
            painter.invalidate()
        case .setMouse(let isOn): setMouse(isOn)
        case .suspend: suspend()
        case .copy(let text):
            // ncurses writes frames as a whole, so the sequence does not interrupt one.
            if isShown, let sequence = ClipboardSequence.setting(text, capabilities.clipboard) { write(sequence) }
        }
    }

    private func setMouse(_ isOn: Bool) {
        mouseIsOn = isOn
        if isShown { switchMouse(isOn) }
    }

    private func switchMouse(_ isOn: Bool) {
        mousemask(isOn ? nc_mouse_mask() : 0, nil)
        // Otherwise ncurses waits 166 ms to turn a press into a click.
        mouseinterval(0)
    }

    // MARK: - Leaving and coming back

    /// Restores the terminal, temporarily or at the end.
    func leave() {
        guard isShown else { return }
        switchMouse(false)
        write(Self.pasteOff)
        endwin()
        terminal_guard_disarm()
        isShown = false
    }

    /// Sets up the terminal again, whatever its state.
    func enter() {
        isShown = true
        terminal_guard_arm(descriptor)
        reset_prog_mode()
        write(Self.pasteOn)
        switchMouse(mouseIsOn)
        nc_repaint()
        painter.invalidate()
        updateSize()
    }

    /// Releases the terminal to the foreground process group without changing that group's terminal modes.
    func leaveFromBackground() {
        guard isShown else { return }
        terminal_guard_disarm()
        terminal_guard_restore_from_background(descriptor)
        isShown = false
    }

    func updateSize() {
        size = Self.adoptSize(of: descriptor)
        painter.invalidate()
    }

    /// Sets the size of the ncurses screen: the size of the terminal, or that of the environment if the terminal has
    /// none, limited to ``sizeLimit``.
    ///
    /// - Returns: The size of the ncurses screen.
    private static func adoptSize(of descriptor: CInt) -> Size {
        var (columns, lines): (Int32, Int32) = (0, 0)
        if nc_window_size(descriptor, &columns, &lines) != 0 || columns <= 0 || lines <= 0 {
            (columns, lines) = (number("COLUMNS") ?? nc_columns(), number("LINES") ?? nc_lines())
        }
        resizeterm(min(lines, sizeLimit), min(columns, sizeLimit))
        return Size(width: Int(nc_columns()), height: Int(nc_lines()))
    }

    private static func hasSensibleSize(_ descriptor: CInt) -> Bool {
        var (columns, lines): (Int32, Int32) = (0, 0)
        guard nc_window_size(descriptor, &columns, &lines) == 0 else { return false }
        return (1...sizeLimit).contains(columns) && (1...sizeLimit).contains(lines)
    }

    /// The value of an environment variable, if it is a positive number.
    private static func number(_ name: String) -> Int32? {
        getenv(name).flatMap { Int32(String(cString: $0)) }.flatMap { $0 > 0 ? $0 : nil }
    }

    /// Writes bytes past ncurses, which buffers none between two calls.
    func write(_ text: String) {
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
