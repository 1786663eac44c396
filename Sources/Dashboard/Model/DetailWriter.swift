import TaskModel

/// Writes lines on a task.
struct DetailWriter {
    private var lines: [DetailLine] = []
    private let room: Int

    private init(room: Int) {
        self.room = room
    }

    /// The lines that `body` writes, of at most `room` cells beside their labels.
    static func write(_ room: Int, _ body: (inout DetailWriter) -> Void) -> [DetailLine] {
        var writer = DetailWriter(room: room)
        body(&writer)
        return writer.lines
    }

    // MARK: - Task and worker

    mutating func write(_ record: TaskRecord) {
        writeMembers(record)
        if let error = record.error {
            write(heading: "Error")
            write("", error, Style(.error))
        }
        guard !record.attempts.isEmpty else { return }
        write(heading: "Attempts before")
        for attempt in record.attempts {
            let ended = "\(attempt.finishedAt), after \(Format.duration(milliseconds: attempt.activeMilliseconds))"
            write("\(attempt.number)", "\(ended): \(attempt.error)")
        }
    }

    mutating func write(_ detail: TaskDetail?, isUnicode: Bool) {
        write(heading: "Worker")
        switch detail?.worker {
        case .status(let status): write(status)
        case .unavailable(let reason): write("", reason, .muted)
        case nil: write("", "asking\(isUnicode ? "…" : "...")", .muted)
        }
        write(heading: "Worker's log")
        let log = detail?.log ?? []
        if log.isEmpty { write("", "nothing", .muted) }
        for line in log { write("", line) }
    }

    private mutating func writeMembers(_ record: TaskRecord) {
        let progress = record.progress
        write("id", record.id.description)
        write("type", record.type)
        let pending = record.pending.map { ", asked to \($0.rawValue)" } ?? ""
        write("state", record.state.rawValue + pending, Style(Style.Role(record.state)))
        write(
            "progress",
            "\(Format.percent(progress.fraction)), \(progress.done) of \(progress.total)"
                + (progress.step.map { ", \($0)" } ?? ""))
        write("queue", record.queuePosition.map { "number \($0)" })
        write("priority", record.options.priority == 0 ? nil : String(record.options.priority))
        write("timeout", record.options.timeout.map { "\($0) s of running time" })
        write("not before", record.options.notBefore?.description)
        if record.options.retries > 0 || record.attempt > 1 {
            write("attempt", "\(record.attempt), with \(record.options.retries) retries")
        }
        write("again at", record.retryAt?.description)
        write("created", record.createdAt.description)
        write("started", record.startedAt?.description)
        write("finished", record.finishedAt?.description)
        write("running", Format.duration(milliseconds: record.activeMilliseconds))
        write("paused", Format.duration(milliseconds: record.pausedMilliseconds))
        write("pid", record.pid.map(String.init))
        write("port", record.workerPort.map(String.init))
        write("exit code", record.exitCode.map(String.init))
        write(
            "termination",
            record.termination.map {
                "by \($0.stage.rawValue) in \($0.milliseconds) ms, \($0.reaped) reaped"
            })
    }

    mutating func writeToCome(_ heading: String, isUnicode: Bool) {
        write(heading: heading)
        write("", "reading\(isUnicode ? "…" : "...")", .muted)
    }

    // MARK: - Lines

    private mutating func write(heading: String) {
        lines.append(.heading(heading))
    }

    /// What is unknown is left out.
    private mutating func write(_ label: String, _ text: String?, _ style: Style = .plain) {
        guard let text else { return }
        var label = label
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            for row in TextRows.rows(of: line, limit: room) {
                lines.append(.text(label: label, row, style))
                label = ""
            }
        }
    }

    /// Writes a text without line ends.
    private mutating func write(row text: String) {
        lines += TextRows.rows(of: text, limit: room).map { .text(label: "", $0, .plain) }
    }

    // MARK: - JSON

    /// Members and elements on lines of their own; texts of several lines as they are.
    mutating func write(_ value: JSONValue, under heading: String) {
        write(heading: heading)
        write(value)
    }

    private mutating func write(_ value: JSONValue) {
        switch value {
        case .object(let members) where !members.isEmpty:
            for (name, value) in members.sorted(by: { $0.key < $1.key }) {
                write(value, after: name.text + ":", depth: 0)
            }
        default: write(value, after: nil, depth: 0)
        }
    }

    private mutating func write(_ value: JSONValue, after prefix: String?, depth: Int) {
        let indent = String(repeating: "  ", count: depth)
        let start = indent + (prefix.map { $0 + " " } ?? "")
        switch value {
        case .object(let members) where !members.isEmpty:
            if let prefix { write("", indent + prefix) }
            for (name, value) in members.sorted(by: { $0.key < $1.key }) {
                write(value, after: name.text + ":", depth: depth + 1)
            }
        case .array(let elements) where !elements.isEmpty && !elements.allSatisfy(Self.isShort):
            if let prefix { write("", indent + prefix) }
            for element in elements { write(element, after: "-", depth: depth + 1) }
        case .array(let elements):
            write(row: start + "[" + elements.map(\.jsonText).joined(separator: ", ") + "]")
        case .string(let text) where text.contains(where: \.isNewline):
            write("", start + "|")
            for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
                write("", indent + "  " + line)
            }
        default:
            write(row: start + value.jsonText)
        }
    }

    private static func isShort(_ value: JSONValue) -> Bool {
        switch value {
        case .null, .bool, .integer, .number: true
        case .wideInteger(let digits): digits.utf8.count <= 20
        case .string(let text): text.utf8.count <= 20
        case .array, .object: false
        }
    }
}
