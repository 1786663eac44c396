import FoundationEssentials
import SystemPackage

/// A shell in a real terminal, 120 by 36 at first, driven through tmux's control mode.
///
/// What is on the screen is looked at when tmux tells that something was written to it, so nothing
/// here waits longer than it has to.
package actor TerminalSession {
    private static let tmux: FilePath = "/usr/bin/tmux"

    private let control: RunningProgram
    /// Lines of tmux's output that have been read.
    private var position = 0
    private var hasHungUp = false

    private init(control: RunningProgram) {
        self.control = control
    }

    /// Runs `body` with a terminal in which a shell waits for input, and closes it afterwards.
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
                // Not before there is a window: tmux 3.3 does not survive that.
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
        // What was asked for on the command line is answered first.
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

    /// Presses keys by tmux's names for them: `Escape`, `C-z`, `PageDown`.
    package func press(_ keys: String...) async throws {
        try await command("send-keys -- \(keys.joined(separator: " "))")
    }

    package func resize(_ width: Int, _ height: Int) async throws {
        try await command("resize-window -x \(width) -y \(height)")
    }

    /// Makes the terminal go away at once, as a window or a connection does; nothing can be done with it afterwards.
    ///
    /// - Parameter server: ``serverPID()``, which a terminal whose shell has ended does not answer any more.
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

    /// Has the terminal take what programs copy by OSC 52.
    package func acceptClipboard() async throws {
        try await command("set -g set-clipboard on")
    }

    /// What a program has copied last.
    package func clipboard() async throws -> String {
        try await command("show-buffer").joined(separator: "\n")
    }

    /// Whether the program on the screen has switched the terminal to the alternate screen, hidden
    /// the cursor or asked for the mouse.
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
        let children = try String(contentsOfFile: "/proc/\(shell)/task/\(shell)/children", encoding: .utf8)
        guard let pid = children.split(separator: " ").first.flatMap({ Int32($0) }) else {
            throw TextMissing(text: "a child of the shell", screen: children)
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

    /// Returns the screen once it holds all these texts.
    @discardableResult
    package func waitForText(_ texts: String...) async throws -> String {
        try await waitForScreen(texts.joined(separator: ", ")) { screen in texts.allSatisfy { screen.contains($0) } }
    }

    /// Returns the screen once it is as it should be.
    ///
    /// - Throws: ``TextMissing`` when the terminal ends before that, or nothing comes for a long time.
    @discardableResult
    package func waitForScreen(_ what: String, _ isRight: @Sendable (String) -> Bool) async throws -> String {
        var silence = Duration.zero
        while silence < Self.patience {
            let screen = try await screen()
            if isRight(screen) { return screen }
            switch await lookOut() {
            case .written: silence = .zero
            case .silent: silence += Self.interval
            case .ended: throw TextMissing(text: what, screen: screen)
            }
        }
        throw TextMissing(text: what, screen: try await screen())
    }

    /// tmux 3.3 now and then does not tell of output, for instance after it was stopped; so now and then
    /// the screen is looked at unasked.
    private static let interval = Duration.seconds(1)
    private static let patience = Duration.seconds(30)

    private enum Sight: Sendable {
        case written, silent, ended
    }

    /// Waits until something may have been written to the screen, but not for ever.
    private func lookOut() async -> Sight {
        let (log, index) = (control.output, position)
        let sight = await withTaskGroup(of: Sight.self) { group in
            group.addTask { await log.line(at: index) == nil ? .ended : .written }
            group.addTask {
                try? await Task.sleep(for: Self.interval)
                return .silent
            }
            defer { group.cancelAll() }
            return await group.next() ?? .ended
        }
        if sight == .written { position += 1 }
        return sight
    }

    // MARK: - Control mode

    private static func quoted(_ text: String) -> String {
        "'" + text.replacing("'", with: "'\\''") + "'"
    }

    /// Has tmux do something, and returns what it answers.
    @discardableResult
    private func command(_ text: String) async throws -> [String] {
        // What was written before is older than the answer, and shows in it.
        position = await control.output.count
        try await control.write(line: text)
        var answer: [String]?
        while let line = await nextLine() {
            if line.hasPrefix("%begin ") {
                answer = []
            } else if line.hasPrefix("%end "), let answer {
                return answer
            } else if line.hasPrefix("%error ") {
                throw TextMissing(text: text, screen: answer?.joined(separator: "\n") ?? "")
            } else if answer != nil {
                answer?.append(line)
            }
        }
        throw TextMissing(text: text, screen: "the terminal has ended")
    }

    private func nextLine() async -> String? {
        guard let line = await control.output.line(at: position) else { return nil }
        position += 1
        return line
    }
}

/// Something that was to be seen in a terminal and never was.
package struct TextMissing: Error {
    package let text: String
    package let screen: String

    package init(text: String, screen: String) {
        self.text = text
        self.screen = screen
    }
}
