import CTerminalGuard
package import Dashboard
import Glibc

extension CursesTerminal {
    package func wait(for limit: Duration?) -> [TerminalInput] {
        // bash continues a background job without a signal when it is moved to the foreground, so it is detected by
        // polling, with each tick of the clock.
        if !isShown, terminal_guard_is_foreground(descriptor) != 0 {
            enter()
            return [.resized(size), .resumed]
        }
        var watched = [
            // POLLHUP is reported even without requested events.
            pollfd(fd: descriptor, events: isShown ? Int16(POLLIN) : 0, revents: 0),
            pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
        ]
        let timeout = [limit, reader.timeout].compactMap { $0 }.min()
        guard poll(&watched, 2, timeout.map { Self.milliseconds($0) } ?? -1) >= 0 else { return [] }
        var inputs = watched[1].revents != 0 ? readSignals() : []
        if watched[0].revents & Int16(POLLIN) != 0 {
            // A signal may just have moved the process to the background.
            guard isShown else { return inputs }
            let (keys, isAtEnd) = reader.read()
            inputs += keys
            if isAtEnd { inputs.append(.hungUp) }
        } else if watched[0].revents & Int16(POLLHUP | POLLERR | POLLNVAL) != 0 {
            inputs.append(.hungUp)
        } else {
            inputs += reader.expire()
        }
        return inputs
    }

    package func discardInput() -> Bool {
        isShown && reader.discard()
    }

    /// Rounded up: an early wake-up would be a busy wait.
    private static func milliseconds(_ limit: Duration) -> Int32 {
        let (seconds, attoseconds) = limit.components
        return Int32(clamping: seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }

    // MARK: - Signals

    private func readSignals() -> [TerminalInput] {
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = read(signals, &bytes, bytes.count)
        guard count > 0 else { return [] }
        let received = Set(bytes[..<count])
        var inputs: [TerminalInput] = []
        if received.contains(UInt8(ascii: "t")), capabilities.canSuspend {
            suspend()
            inputs.append(.resumed)
        } else if received.contains(UInt8(ascii: "c")) {
            // Stopped by SIGSTOP, or moved to or from the background.
            reenter()
            inputs.append(.resumed)
        }
        if !inputs.isEmpty || received.contains(UInt8(ascii: "w")) {
            if isShown { updateSize() }
            inputs.append(.resized(size))
        }
        return inputs
    }

    func suspend() {
        leave()
        write(suspensionText + "\r\n")
        // SIGTSTP is caught; SIGSTOP stops all threads, and the shell notices it alike. raise(3) returns only once the
        // process continues; kill(2) may return before it stops.
        raise(SIGSTOP)
        reenter()
    }

    /// Shows the dashboard after the process was continued: at once in the foreground, or later with 'fg'.
    private func reenter() {
        if terminal_guard_is_foreground(descriptor) != 0 { enter() } else { leaveFromBackground() }
    }
}
