import FoundationEssentials
import SystemPackage

/// A shell in a real terminal, 120 by 36 at first, driven through tmux's control mode.
///
/// The screen is read when tmux reports output, so waits end as soon as possible.
package actor TerminalSession {
    private static let tmux: FilePath = "/usr/bin/tmux"

    private let control: RunningProgram
    /// The number of lines of tmux's output that have been read.
    private var position = 0
    /// The number of reminders that tmux has not replied to.
    private var reminders = 0
    private var hasHungUp = false

    private init(control: RunningProgram) {
        self.control = control
    }

    /// Runs `body` with a terminal whose shell waits for input, and closes it afterwards.
    package static func run(
        environment: [String: String?] = [:], body: @Sendable (TerminalSession) async throws -> Void
    ) async throws {
        let socket = "taskdeck-test-\(UUID().uuidString)"
        let defaults: [String: String?] = [
            "LANG": "C.UTF-8", "LC_ALL": nil, "NO_COLOR": nil, "TASKDECK_TOKEN": nil, "TMUX": nil,
            "TERM": "xterm-256color",
        ]
        _ = try await RunningProgram.run(
            tmux,
            [
                "-L", socket, "-f", "/dev/null", "-C", "start-server", ";",
                "set", "-g", "default-terminal", "tmux-256color", ";",
                "new-session", "-x", "120", "-y", "36", "exec env 'PS1=ready> ' bash --norc --noprofile", ";",
                // After the window exists: tmux 3.3 crashes otherwise.
                "set", "-g", "window-size", "manual", ";", "resize-window", "-x", "120", "-y", "36",
            ], environment: defaults.merging(environment) { _, own in own }
        ) { control in
            let session = TerminalSession(control: control)
            do {
                try await session.start()
                try await body(session)
            } catch {
                try? await session.end()
                throw error
            }
            try await session.end()
        }
    }

    private func start() async throws {
        // The replies to the commands of the command line come first.
        try await control.output.line(with: "%session-changed")
        try await waitForText("ready>")
    }

    private func end() async throws {
        if hasHungUp { return }
        try await control.write(line: "kill-server")
        try await control.endInput()
    }

    // MARK: - The terminal

    /// Types a line into the shell and presses Enter.
    package func enter(_ line: String) async throws {
        try await type(line)
        try await press("Enter")
    }

    /// Types characters, one key each.
    package func type(_ text: String) async throws {
        try await command("send-keys -l -- \(Self.quoted(text))")
    }

    /// Presses keys by tmux's names: `Escape`, `C-z`, `PageDown`.
    package func press(_ keys: String...) async throws {
        try await command("send-keys -- \(keys.joined(separator: " "))")
    }

    package func resize(_ width: Int, _ height: Int) async throws {
        try await command("resize-window -x \(width) -y \(height)")
    }

    /// Closes the terminal at once, as the end of a connection does; it cannot be used afterwards.
    ///
    /// - Parameter server: ``serverPID()``, which cannot be read once the shell has ended.
    package func hangUp(server: Int32) async throws {
        hasHungUp = true
        ProcessWatch.send(.kill, to: server)
        _ = try await ProcessWatch.ends(server, within: .seconds(10))
    }

    /// The screen's lines.
    package func screen() async throws -> String {
        try await command("capture-pane -p").joined(separator: "\n")
    }

    /// The screen with the escape sequences for its colours.
    package func coloredScreen() async throws -> String {
        try await command("capture-pane -p -e").joined(separator: "\n")
    }

    /// Makes the terminal accept what programs copy by OSC 52.
    package func acceptClipboard() async throws {
        try await command("set -g set-clipboard on")
    }

    /// The text that a program copied last.
    package func clipboard() async throws -> String {
        try await command("show-buffer").joined(separator: "\n")
    }

    /// Whether the alternate screen, the cursor and reports of the mouse are on.
    package func modes() async throws -> (isAlternate: Bool, hasCursor: Bool, hasMouse: Bool) {
        let flags =
            try await command(
                "display-message -p '#{alternate_on} #{cursor_flag} #{mouse_any_flag}'"
            ).first?.split(separator: " ").map { $0 == "1" } ?? []
        guard flags.count == 3 else { throw TextMissing(text: "three flags", screen: "\(flags)") }
        return (flags[0], flags[1], flags[2])
    }

    /// The pid of the terminal itself.
    package func serverPID() async throws -> Int32 {
        try await pid("pid")
    }

    /// The pid of the program that the shell runs in the foreground.
    package func programPID() async throws -> Int32 {
        let shell = try await pid("pane_pid")
        guard let pid = try ProcessWatch.children(of: shell).first else {
            throw TextMissing(text: "a child of the shell", screen: try await screen())
        }
        return pid
    }

    /// The path of the terminal's device.
    package func device() async throws -> String {
        try await command("display-message -p '#{pane_tty}'").first ?? ""
    }

    private func pid(_ variable: String) async throws -> Int32 {
        let line = try await command("display-message -p '#{\(variable)}'").first ?? ""
        guard let pid = Int32(line) else { throw TextMissing(text: "a pid", screen: line) }
        return pid
    }

    /// Returns the screen once it contains all these texts.
    @discardableResult
    package func waitForText(_ texts: String...) async throws -> String {
        try await waitForScreen(texts.joined(separator: ", ")) { screen in texts.allSatisfy { screen.contains($0) } }
    }

    /// Returns the screen once it satisfies a condition.
    ///
    /// - Parameter what: what is missing, for the error.
    /// - Throws: ``TextMissing`` when the terminal ends before that, writes nothing for 30 s, or only other things for
    ///   3 minutes.
    @discardableResult
    package func waitForScreen(_ what: String, _ isSatisfied: @Sendable (String) -> Bool) async throws -> String {
        var silence = Duration.zero
        let start = ContinuousClock.now
        // A clock on the screen is output, too.
        while silence < Self.timeout, ContinuousClock.now - start < Self.longestWait {
            let screen = try await screen()
            if isSatisfied(screen) { return screen }
            switch await nextOutput() {
            case .written: silence = .zero
            case .silent: silence += Self.interval
            case .ended: throw TextMissing(text: what, screen: screen)
            }
        }
        throw TextMissing(text: what, screen: try await screen())
    }

    /// tmux 3.3 does not report all output, for instance after it was stopped, so the screen is also read at intervals.
    private static let interval = Duration.seconds(1)
    private static let timeout = Duration.seconds(30)
    private static let longestWait = Duration.seconds(180)

    private enum Output: Sendable {
        case written, silent, ended
    }

    /// Waits for output, for one interval at most.
    private func nextOutput() async -> Output {
        let (log, index) = (control.output, position)
        let output = await withTaskGroup(of: Output.self) { group in
            group.addTask { await log.line(at: index) == nil ? .ended : .written }
            group.addTask {
                try? await Task.sleep(for: Self.interval)
                return .silent
            }
            defer { group.cancelAll() }
            return await group.next() ?? .ended
        }
        if output == .written { position += 1 }
        return output
    }

    // MARK: - Control mode

    private static func quoted(_ text: String) -> String {
        "'" + text.replacing("'", with: "'\\''") + "'"
    }

    /// Sends a command to tmux, and returns its reply.
    @discardableResult
    private func command(_ text: String) async throws -> [String] {
        // Output of before the command shows in its reply.
        position = await control.output.count
        try await control.write(line: text)
        let result = try await reply(to: text)
        while reminders > 0 {
            reminders -= 1
            _ = try await reply(to: Self.reminder)
        }
        return result
    }

    private func reply(to text: String) async throws -> [String] {
        var reply: [String]?
        while let line = try await nextLine() {
            if line.hasPrefix("%begin ") {
                reply = []
            } else if line.hasPrefix("%end "), let reply {
                return reply
            } else if line.hasPrefix("%error ") {
                throw TextMissing(text: text, screen: reply?.joined(separator: "\n") ?? "")
            } else if reply != nil {
                reply?.append(line)
            }
        }
        throw TextMissing(text: text, screen: "the terminal has ended")
    }

    private func nextLine() async throws -> String? {
        while true {
            switch await nextOutput() {
            case .written: return await control.output.line(at: position - 1)
            case .ended: return nil
            case .silent:
                // tmux 3.3 sometimes keeps a reply until it has another one.
                try await control.write(line: Self.reminder)
                reminders += 1
            }
        }
    }

    private static let reminder = "display-message -p waiting"
}

/// A text that did not appear in a terminal.
package struct TextMissing: Error {
    package let text: String
    package let screen: String

    package init(text: String, screen: String) {
        self.text = text
        self.screen = screen
    }
}
