import Dashboard
import TaskControl
import TaskModel

/// A line at the bottom of the terminal with the progress of tasks, on standard error.
struct ProgressLine {
    private static let barWidth = 24

    private let terminal: ShellTerminal
    private var text = ""
    private var isShown = false

    static var isPossible: Bool { StandardStream.error.isTerminal }

    /// - Returns: `nil` where standard error is no terminal.
    init?() {
        let terminal = ShellTerminal(.error)
        guard terminal.isTerminal else { return nil }
        self.terminal = terminal
    }

    /// Replaces the text by the progress of a task.
    mutating func show(_ record: TaskRecord) throws(StreamFailure) { try show(text(record)) }

    /// Replaces the text.
    mutating func show(_ text: String) throws(StreamFailure) {
        guard text != self.text || !isShown else { return }
        self.text = text
        try draw()
    }

    /// Draws the text again after ``clear()``.
    mutating func draw() throws(StreamFailure) {
        guard !text.isEmpty else { return }
        // The last cell stays empty: some terminals would begin another line.
        // The terminal may have another size by now.
        let width = ShellTerminal(.error).width ?? 80
        let line = FittedText(text, isUnicode: terminal.isUnicode, limit: max(0, width - 1)).text
        try StandardStream.error.write("\r\u{1B}[K\(line)".utf8)
        isShown = true
    }

    /// Removes the line from the screen.
    mutating func clear() throws(StreamFailure) {
        guard isShown else { return }
        try StandardStream.error.write("\r\u{1B}[K".utf8)
        isShown = false
    }

    /// `[############------------]  50 %  item 4 of 8  ETA 00:01:20`.
    private func text(_ record: TaskRecord) -> String {
        let progress = record.progress
        let filled = Int((Double(Self.barWidth) * min(1, max(0, progress.fraction))).rounded(.down))
        let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: Self.barWidth - filled)
        let step = TaskText(terminal, ids: [], now: ServiceClock().now.wall).explanation(of: record)
        let state = record.state == .running ? "" : "  \(record.state.rawValue)"
        return "[\(bar)] \(Format.percent(progress.fraction))\(state)"
            + (step.isEmpty ? "" : "  \(step)") + (Self.eta(record).map { "  ETA \($0)" } ?? "")
    }

    private static func eta(_ record: TaskRecord) -> String? {
        let fraction = record.progress.fraction
        guard record.state == .running, fraction > 0.01, fraction < 1, record.activeMilliseconds >= 1000 else {
            return nil
        }
        let rest = Double(record.activeMilliseconds) * (1 - fraction) / fraction
        return rest < 1e12 ? Format.duration(milliseconds: Int(rest)) : nil
    }
}
