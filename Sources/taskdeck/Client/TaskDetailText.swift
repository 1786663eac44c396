import Dashboard
import JSON
import TaskModel

/// All about a task, in lines that are safe to show.
struct TaskDetailText {
    /// The most variables of a program that have a line each.
    private static let shownVariables = 3

    private let terminal: ShellTerminal
    private let now: Timestamp
    private let localTime: LocalTime

    init(_ terminal: ShellTerminal, now: Timestamp, localTime: LocalTime = .system) {
        self.terminal = terminal
        self.now = now
        self.localTime = localTime
    }

    func lines(_ record: TaskRecord) -> [String] {
        let state = terminal.colored(record.state.rawValue, TaskText.color(of: record.state))
        var lines = ["\(terminal.colored("\(record.id)", .bold))  \(PlainText.visible(record.type))  \(state)"]
        for (name, value) in facts(record) + history(record) + outcome(record) {
            guard let value, !value.isEmpty else { continue }
            lines.append("\(label(name))\(PlainText.visible(value))")
        }
        for attempt in record.attempts {
            let error = PlainText.visible(attempt.error)
            lines.append("\(label("attempt \(attempt.number)"))\(duration(attempt.activeMilliseconds)): \(error)")
        }
        if let data = record.data { lines += dataLines(data) }
        if let result = record.result { lines += block("result", result.value) }
        return lines
    }

    private func label(_ name: String) -> String {
        terminal.colored(name, .muted) + String(repeating: " ", count: max(1, 12 - name.count))
    }

    private func facts(_ record: TaskRecord) -> [(String, String?)] {
        let options = record.options
        let limits = [
            options.priority == 0 ? nil : "priority \(options.priority)",
            options.timeout.map { "timeout \($0.plainText) s" },
            options.retries == 0 ? nil : "retries \(options.retries)",
            options.notBefore.map { "not before \(localTime.full($0))" },
        ]
        let progress = record.progress
        return [
            ("name", record.name),
            ("title", record.title == record.name ? nil : record.title),
            ("why", TaskText(terminal, ids: [], now: now, localTime: localTime).reason(of: record)),
            ("queue", record.queuePosition.map { "number \($0)" }),
            (
                "progress",
                record.state == .queued
                    ? nil
                    : "\(Format.percent(progress.fraction)), \(progress.done) of \(progress.total)"
                        + (progress.step.map { ", \($0)" } ?? "")
            ),
            ("options", limits.compactMap(\.self).joined(separator: ", ")),
            (
                "attempt",
                record.attemptLimit == 1 ? nil : "\(record.attempt) of \(record.attemptLimit)"
            ),
            ("retry of", record.retryOf?.description),
            ("pid", record.state.isFinal ? nil : record.pid.map(String.init)),
        ]
    }

    private func history(_ record: TaskRecord) -> [(String, String?)] {
        [
            ("created", localTime.full(record.createdAt)),
            ("started", record.startedAt.map { localTime.full($0) }),
            ("ended", record.finishedAt.map { localTime.full($0) }),
            (
                "ran",
                record.startedAt == nil
                    ? nil
                    : duration(record.activeMilliseconds)
                        + (record.pausedMilliseconds > 0
                            ? ", paused \(duration(record.pausedMilliseconds))" : "")
            ),
        ]
    }

    private func outcome(_ record: TaskRecord) -> [(String, String?)] {
        [
            ("error", record.error),
            ("exit code", record.exitCode.map { "\($0)" }),
            ("signal", record.signal),
            (
                "output",
                record.output.map { output in
                    "\(Format.size(output.bytes)), \(output.lines) lines"
                        + (output.truncated ? ", the oldest dropped" : "")
                        + (output.lost > 0 ? ", \(Format.size(output.lost)) lost" : "")
                }
            ),
            ("left behind", record.leftBehind.flatMap { $0 > 0 ? "\($0) processes, ended" : nil }),
            (
                "ended by",
                record.termination.map { "\($0.stage.rawValue), \($0.milliseconds) ms, \($0.reaped) processes" }
            ),
        ]
    }

    private func duration(_ milliseconds: Int) -> String {
        milliseconds < 10_000
            ? "\((Double(milliseconds) / 1000).shortText) s" : Format.longDuration(milliseconds: milliseconds)
    }

    /// The data, with the names of hidden variables on one line.
    private func dataLines(_ data: JSONText) -> [String] {
        guard case .object(var members) = data.value, case .object(let variables)? = members["env"],
            variables.count > Self.shownVariables, variables.values.allSatisfy({ $0 == .null })
        else { return block("data", data.value) }
        members["env"] = nil
        let names = variables.keys.map(\.text).sorted().joined(separator: " ")
        return block("data", .object(members)) + ["\(label("env"))\(PlainText.visible(names))"]
    }

    /// A text by its lines, anything else as JSON.
    private func block(_ name: String, _ json: JSONValue) -> [String] {
        let text: String
        switch json {
        case .string(let string): text = string
        default: text = IndentedJSON.text(of: json)
        }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { PlainText.visible(String($0)) }
        guard lines.count > 1 else { return ["\(label(name))\(lines.first ?? "")"] }
        return [terminal.colored(name, .muted)] + lines.map { $0.isEmpty ? "" : "  \($0)" }
    }
}
