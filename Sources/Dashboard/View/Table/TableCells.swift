import TaskModel

// The contents of table cells.
extension DashboardModel {
    /// - Parameter hasETA: Whether the time left has a column of its own.
    func cell(
        _ column: TaskColumn, of row: TaskRow, width: Int, hasETA: Bool
    ) -> (text: String, style: Style) {
        let record = row.record
        let isFinal = record.state.isFinal
        let style: Style = isFinal ? .muted : .plain
        let unknown = isFinal ? "" : glyphs.unknown
        switch column {
        case .id: return (width >= 26 ? record.id.description : name(record.id), style)
        case .type: return (record.type, style)
        case .title: return (record.title, style)
        case .state: return stateCell(record, width: width)
        // Drawn as a bar.
        case .progress: return ("", style)
        case .priority: return (record.options.priority == 0 ? "" : String(record.options.priority), style)
        case .attempt:
            return (record.attemptLimit == 1 ? "" : "\(record.attempt)/\(record.attemptLimit)", style)
        case .timeout:
            return (row.timeoutMilliseconds(at: now.uptime).map { Format.duration(milliseconds: $0) } ?? "", style)
        case .step: return stepCell(row, width: width, hasETA: hasETA)
        case .started: return (timeText(record.startedAt, width: width), style)
        case .ended: return (timeText(record.finishedAt, width: width), style)
        case .elapsed:
            guard record.startedAt != nil else { return (glyphs.unknown, style) }
            return (Format.duration(milliseconds: row.activeMilliseconds(at: now.uptime)), style)
        case .eta:
            let rest = row.remainingMilliseconds(at: now.uptime)
            return (rest.map { Format.duration(milliseconds: $0) } ?? unknown, style)
        case .pid: return (record.shownPID.map(String.init) ?? unknown, style)
        case .cpu: return (row.usage?.cpuPercent.map(Format.cpu) ?? unknown, style)
        case .memory: return (row.usage?.memoryBytes.map(Format.bytes) ?? unknown, style)
        }
    }

    /// The state, the pending action, or how long the worker has not answered.
    private func stateCell(_ record: TaskRecord, width: Int) -> (text: String, style: Style) {
        if record.isSilent, let since = record.notAnsweringSince {
            return (silenceText(since: since, width: width), Style(.warning, bold: true))
        }
        let style = Style(Style.Role(record.state))
        let pendingAction = pendingActions[record.id] ?? record.pending
        // From `stopping` on, the state itself shows a request to terminate.
        if let pendingAction, !record.state.isFinal, record.state != .stopping || pendingAction == .kill {
            return (glyphs.pending(pendingAction), style)
        }
        let text = "\(glyphs.symbol(record.state)) \(record.state.rawValue)"
        // A truncated number would be a wrong number.
        let position = tasks.queuePositions[record.id].map { " \($0)" } ?? ""
        return (text.count + position.count <= width ? text + position : text, style)
    }

    /// `? not answering 14 s`, or `? silent 14s` if that does not fit.
    private func silenceText(since: Timestamp, width: Int) -> String {
        let milliseconds = now.wall.since(since).wholeMilliseconds
        let text = "? not answering \(Format.largestUnit(milliseconds: milliseconds))"
        return text.count <= width ? text : "? silent \(Format.age(milliseconds: milliseconds))"
    }

    /// The error of a failed task, the reason of a waiting one, the step and the time left of a running one.
    private func stepCell(_ row: TaskRow, width: Int, hasETA: Bool) -> (text: String, style: Style) {
        let record = row.record
        if let error = record.error { return (error, Style(.error)) }
        if let reason = tasks.reason(of: record) {
            var text = reason.screenText(at: now.wall, in: localTime)
            // The state cell has the duration.
            if record.isSilent, let cause = text.firstRange(of: ": ") { text = String(text[cause.upperBound...]) }
            return (Self.shortened(text, to: width), Style(record.isSilent ? .warning : .waiting))
        }
        return (progressText(of: row, width: width, hasETA: hasETA), record.state.isFinal ? .muted : .plain)
    }

    /// The step, with the time left if there is room: `encode, ~3 min left`; without progress, the last line of output.
    private func progressText(of row: TaskRow, width: Int, hasETA: Bool) -> String {
        let step = row.record.progress.step ?? ""
        let rest = hasETA ? nil : row.remainingMilliseconds(at: now.uptime)
        guard let rest else { return step.isEmpty ? lastLines.text(of: row.record) ?? "" : step }
        let left = Format.timeLeft(milliseconds: rest)
        let text = step.isEmpty ? left : "\(step), \(left)"
        return text.utf8.count <= width || text.count <= width ? text : step
    }

    /// The text without its parenthesis, if it is too long.
    private static func shortened(_ text: String, to width: Int) -> String {
        // Counting characters is slow, and most texts have no parenthesis.
        guard text.utf8.count > width, text.utf8.contains(UInt8(ascii: "(")), text.count > width,
            let start = text.firstRange(of: " (")?.lowerBound, let end = text[start...].firstIndex(of: ")")
        else { return text }
        return String(text[..<start] + text[text.index(after: end)...])
    }

    /// A time of day, or an age.
    private func timeText(_ time: Timestamp?, width: Int) -> String {
        guard let time else { return glyphs.unknown }
        if tasks.showsAges { return "\(Format.age(milliseconds: now.wall.since(time).wholeMilliseconds)) ago" }
        let text = localTime.short(time, at: now.wall)
        // The day is omitted first from a date with a year, the longest form.
        return text.count <= width ? text : text.split(separator: " ").dropFirst().joined(separator: " ")
    }
}
