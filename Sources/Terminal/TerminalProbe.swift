import CNcurses
import CTerminalGuard
import Glibc

/// The check whether the dashboard can be shown.
package enum TerminalProbe {
    /// Checks the standard streams and the terminal description, without drawing or changing anything.
    ///
    /// - Throws: ``TerminalUnavailable``.
    package static func check() throws(TerminalUnavailable) {
        for (descriptor, name) in [(STDIN_FILENO, "input"), (STDOUT_FILENO, "output")] where isatty(descriptor) == 0 {
            throw TerminalUnavailable(description: "standard \(name) is not a terminal")
        }
        let terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard terminal >= 0 else { throw TerminalUnavailable(description: "there is no controlling terminal") }
        defer { close(terminal) }
        // Output from the background would stop the process silently.
        guard terminal_guard_is_foreground(terminal) != 0 else {
            throw TerminalUnavailable(description: "taskdeck was started in the background of its terminal")
        }
        guard let name = getenv("TERM").map({ String(cString: $0) }), !name.isEmpty else {
            throw TerminalUnavailable(description: "TERM is not set")
        }
        switch nc_probe(name, terminal) {
        case 0: return
        case 1: throw TerminalUnavailable(description: "TERM is '\(printable(name))', which cannot be drawn on")
        default:
            throw TerminalUnavailable(
                description: "TERM is '\(printable(name))', which is not known here "
                    + "('TERM=\(substitute(for: name)) taskdeck' helps, or the package ncurses-term)")
        }
    }

    /// A widely known terminal type that a terminal of this type is compatible with.
    private static func substitute(for name: String) -> String {
        name.hasPrefix("tmux") || name.hasPrefix("screen") ? "screen-256color" : "xterm-256color"
    }

    /// The name may contain anything, and is logged.
    private static func printable(_ name: String) -> String {
        String(name.prefix(40).map { $0.isASCII && !$0.isNewline && $0 >= " " && $0 != "\u{7F}" ? $0 : "?" })
    }
}
