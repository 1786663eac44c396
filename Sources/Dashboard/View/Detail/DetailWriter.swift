import TaskControl
import TaskModel

/// Writes the lines about a task.
struct DetailWriter {
    private var lines: [DetailLine] = []
    private let layout: DetailLayout
    private let now: Moment

    private var room: Int { layout.room }
    private var glyphs: Glyphs { layout.glyphs }

    private init(_ layout: DetailLayout, at now: Moment) {
        self.layout = layout
        self.now = now
    }

    /// Returns the lines that `body` writes.
    static func write(
        _ layout: DetailLayout, at now: Moment, _ body: (inout DetailWriter) -> Void
    ) -> [DetailLine] {
        var writer = DetailWriter(layout, at: now)
        body(&writer)
        return writer.lines
    }

    // MARK: - Whole

    mutating func write(_ row: TaskRow) {
        let record = row.record
        write("id", record.id.description)
        write("name", record.name)
        write("type", record.type)
        writeState(record)
        writeProgress(row)
        write("queue", record.queuePosition.map { "number \($0)" })
        write("priority", record.options.priority == 0 ? nil : String(record.options.priority))
        write("timeout", record.options.timeout.map { "\($0) s of running time" })
        write("not before", record.options.notBefore.map(layout.localTime.full))
        writeAttempt(record)
        write("again at", record.retryAt.map(layout.localTime.full))
        writeTimes(row)
        writeProcess(record)
        if let error = record.error {
            write(heading: "Error")
            write("", error, Style(.error))
        }
        writeAttempts(record.attempts)
    }

    private mutating func writeProgress(_ row: TaskRow) {
        let progress = row.record.progress
        guard row.record.hasProgress else { return write("step", progress.step) }
        let step = progress.step.map { ", \($0)" } ?? ""
        let text = "\(Format.percent(progress.fraction)), \(progress.done) of \(progress.total)\(step)"
        write("progress", text + leftText(row))
    }

    /// `, ~3 min left`; empty if that is not known.
    private func leftText(_ row: TaskRow) -> String {
        row.remainingMilliseconds(at: now.uptime).map { ", \(Format.timeLeft(milliseconds: $0))" } ?? ""
    }

    private mutating func writeTimes(_ row: TaskRow) {
        let record = row.record
        write("created", layout.localTime.full(record.createdAt))
        write("started", record.startedAt.map(layout.localTime.full))
        write("finished", record.finishedAt.map(layout.localTime.full))
        write("running", Format.duration(milliseconds: row.activeMilliseconds(at: now.uptime)))
        write("paused", Format.duration(milliseconds: row.pausedMilliseconds(at: now.uptime)))
    }

    private mutating func writeProcess(_ record: TaskRecord) {
        write("pid", record.pid.map(String.init))
        write("port", record.workerPort.map(String.init))
        writeProgram(record)
        write(
            "termination",
            record.termination.map { "by \($0.stage.rawValue) in \($0.milliseconds) ms, \($0.reaped) reaped" })
    }

    private mutating func writeAttempts(_ attempts: [TaskAttempt]) {
        guard !attempts.isEmpty else { return }
        write(heading: "Attempts before")
        for attempt in attempts {
            let time = layout.localTime.full(attempt.finishedAt)
            let ended = "\(time), after \(Format.duration(milliseconds: attempt.activeMilliseconds))"
            write("\(attempt.number)", "\(ended): \(attempt.error)")
        }
    }

    mutating func write(_ detail: TaskDetail?) {
        write(heading: "Worker")
        switch detail?.worker {
        case .status(let status): write(json: status)
        case .unavailable(let reason): write("", reason, .muted)
        case nil: write("", "asking\(glyphs.ellipsis)", .muted)
        }
        write(heading: "Worker's log")
        let log = detail?.log ?? []
        if log.isEmpty { write("", "nothing", .muted) }
        for line in log { write("", line) }
    }

    mutating func writePlaceholder(_ heading: String) {
        write(heading: heading)
        write("", "reading\(glyphs.ellipsis)", .muted)
    }

    private mutating func writeState(_ record: TaskRecord) {
        let pending = record.pending.map { ", asked to \($0.rawValue)" } ?? ""
        write(
            "state", "\(glyphs.symbol(record.state)) \(record.state.rawValue)\(pending)",
            Style(Style.Role(record.state)))
        write("why", record.reason.map { $0.screenText(at: now.wall, in: layout.localTime) })
    }

    private mutating func writeAttempt(_ record: TaskRecord) {
        let count = record.attemptLimit
        if count > 1 || record.attempt > 1 { write("attempt", "\(record.attempt) of \(max(count, record.attempt))") }
    }

    // MARK: - Brief

    mutating func writeBrief(_ row: TaskRow) {
        let record = row.record
        write("name", record.name)
        writeState(record)
        write("error", record.error, Style(.error))
        if !record.state.isFinal, record.progress.fraction > 0 {
            write("progress", Format.percent(record.progress.fraction) + leftText(row))
        }
        write("step", record.state.isFinal ? nil : record.progress.step)
        writeAttempt(record)
        for attempt in record.attempts.suffix(5) {
            let time = layout.localTime.short(attempt.finishedAt, at: now.wall)
            let duration = Format.duration(milliseconds: attempt.activeMilliseconds)
            write("  \(attempt.number)", "\(time), after \(duration): \(attempt.error)", .muted)
        }
        write("created", layout.localTime.short(record.createdAt, at: now.wall))
        write("started", record.startedAt.map { layout.localTime.short($0, at: now.wall) })
        write("finished", record.finishedAt.map { layout.localTime.short($0, at: now.wall) })
        if record.startedAt != nil {
            write("running", Format.duration(milliseconds: row.activeMilliseconds(at: now.uptime)))
        }
        write("port", record.state.isFinal ? nil : record.workerPort.map(String.init))
        if record.runsProgram { writeProgram(record) }
        write("queue", record.queuePosition.map { "number \($0)" })
    }

    /// Writes the last lines of the worker's output.
    mutating func writeOutput(_ detail: TaskDetail?) {
        write(heading: "Output")
        guard let detail else { return write("", "asking\(glyphs.ellipsis)", .muted) }
        if detail.log.isEmpty { write("", "nothing", .muted) }
        for line in detail.log.suffix(20) { write("", line) }
    }

    // MARK: - Lines

    mutating func write(heading: String) {
        lines.append(.heading(heading))
    }

    /// Writes a text with a label; nothing if there is no text.
    mutating func write(_ label: String, _ text: String?, _ style: Style = .plain) {
        guard let text else { return }
        var label = label
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            for row in TextRows.rows(of: line, limit: room) {
                lines.append(.text(label: label, row, style))
                label = ""
            }
        }
    }

    /// Writes a text without line breaks.
    mutating func write(row text: String) {
        lines += TextRows.rows(of: text, limit: room).map { .text(label: "", $0, .plain) }
    }
}
