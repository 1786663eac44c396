// The hint in a table without rows.
extension DashboardModel {
    func drawHint(on canvas: inout Canvas, in rect: Rect) {
        let width = rect.width - ColumnLayout.margin
        for (offset, hint) in hints(width: width).enumerated() where offset < rect.height {
            canvas.text(hint, x: rect.x + ColumnLayout.margin, y: rect.y + offset, width: width, style: .muted)
        }
    }

    private func hints(width: Int) -> [String] {
        func wrapped(_ text: String) -> [String] {
            CellText(text, isUnicode: capabilities.isUnicode).wrapped(to: max(1, width)).map(\.text)
        }
        let sentence = "No tasks yet. Press n for a new one."
        let first = sentence.count <= width ? [sentence] : ["No tasks yet.", "n for a new one"]
        guard tasks.rows.isEmpty else { return wrapped(hiddenHint) }
        guard let address else { return first }
        let command = "curl --json '{\"task_type\": \"cpu_intensive\"}'"
        let socket = ShellCommand.socketOption(for: address)
        let url = socket.map { "\($0) localhost/tasks" } ?? Self.shortURL(address) + "/tasks"
        var lines = command.count + 1 + url.count <= width ? ["\(command) \(url)"] : ["\(command) \\", "  \(url)"]
        if needsToken { lines[lines.count - 1] += " \\"; lines.append("  \(ShellCommand.tokenOption)") }
        // A truncated command would be useless.
        let fits = lines.allSatisfy { $0.count <= width }
        return fits ? ["No tasks yet. Press n for a new one, or:"] + lines : first
    }

    private var hiddenHint: String {
        let scope = tasks.scope
        let others = "\(Format.tasks(tasks.rows.count)) hidden"
        if !TextFilter(scope.filter).isEmpty {
            let help = escapeClearsFilter ? "Esc clears it" : "\(DashboardAction.find.binding.label) changes it"
            return "No task matches the filter; \(help) (\(others))."
        }
        if scope.timeRange != .all {
            return "No task in this time (\(scope.timeRange.text(localTime))); a shows others (\(others))."
        }
        return "All tasks are finished and hidden; \(DashboardAction.hideFinished.binding.label) shows them."
    }

    /// An address as typed for curl: without the scheme, and with `localhost`.
    private static func shortURL(_ address: String) -> String {
        var text = address.hasPrefix("http://") ? String(address.dropFirst(7)) : address
        for host in ["127.0.0.1:", "0.0.0.0:", "[::1]:", "[::]:"] where text.hasPrefix(host) {
            text = "localhost:" + text.dropFirst(host.count)
        }
        return text
    }
}
