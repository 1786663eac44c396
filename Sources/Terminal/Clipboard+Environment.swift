package import Dashboard

extension Clipboard {
    /// The clipboard of the terminal that the environment describes.
    ///
    /// - Parameter variable: Returns the value of an environment variable.
    package init(variable: (String) -> String?) {
        let name = variable("TERM") ?? ""
        let (hasTmux, hasScreen) = (!(variable("TMUX") ?? "").isEmpty, !(variable("STY") ?? "").isEmpty)
        switch (hasTmux, hasScreen) {
        // The inner multiplexer counts. Only screen sets names such as `screen.xterm-256color`.
        case (true, true): self = .through(name.hasPrefix("screen.") ? .screen : .tmux)
        case (true, false): self = .through(.tmux)
        case (false, true): self = .through(.screen)
        case (false, false):
            self = Self.unavailableReason(name).map { .unavailable(reason: $0) } ?? .direct
        }
    }

    /// The reason why a kind of terminal has no clipboard; `nil` if it may have one.
    private static func unavailableReason(_ name: String) -> String? {
        if name == "linux" || name.hasPrefix("linux-") { return "the Linux console has no clipboard" }
        let kinds = ["vt", "ansi", "pcansi", "cons25", "dumb", "sun", "wsvt", "hurd", "minix", "bterm", "fbterm"]
        guard kinds.contains(where: { name.hasPrefix($0) }) else { return nil }
        return "a terminal of the kind '\(name.prefix(20))' has no clipboard"
    }
}
