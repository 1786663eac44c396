import TaskModel

extension DashboardModel {
    func drawTable(on canvas: inout Canvas, in rect: Rect) {
        canvas.note(.pane(.table), in: rect)
        let columns = TaskColumn.layout(width: rect.width, using: tasks.usedColumns)
        drawHeading(columns, on: &canvas, in: Rect(x: rect.x, y: rect.y, width: rect.width, height: 1))
        let rows = Rect(x: rect.x, y: rect.y + 1, width: rect.width, height: rect.height - 1)
        if tasks.order.isEmpty { drawHint(on: &canvas, in: rows) }
        for (offset, id) in tasks.order.dropFirst(tasks.top).prefix(rows.height).enumerated() {
            guard let row = tasks.rows[id] else { continue }
            let line = Rect(x: rows.x, y: rows.y + offset, width: rows.width, height: 1)
            draw(row, columns, on: &canvas, y: line.y)
            canvas.note(.task(index: tasks.top + offset), in: line)
            if id == tasks.selection {
                canvas.text(String(Character(glyphs.selection)), x: 0, y: line.y, width: 1, style: .bold)
                if focus == .table {
                    // A bar that is reversed would look full where it is empty.
                    canvas.restyle(line) { if !$0.isBar { $0 = Style(.plain, reversed: true) } }
                }
            }
        }
    }

    private func drawHeading(_ columns: [TaskColumn.Placed], on canvas: inout Canvas, in rect: Rect) {
        canvas.fill(rect, style: Style(.heading))
        for placed in columns {
            let isSorted = placed.column == tasks.sortColumn
            var title = placed.title
            if isSorted { title.unicodeScalars.append(tasks.isDescending ? glyphs.descending : glyphs.ascending) }
            let style = Style(.heading, bold: isSorted)
            if placed.column.isNumber {
                canvas.textEnding(at: placed.x + placed.width, title, y: rect.y, width: placed.width, style: style)
            } else {
                canvas.text(title, x: placed.x, y: rect.y, width: placed.width, style: style)
            }
            canvas.note(.column(placed.column), in: Rect(x: placed.x, y: rect.y, width: placed.width, height: 1))
        }
    }

    private func drawHint(on canvas: inout Canvas, in rect: Rect) {
        let hints: [String]
        if tasks.rows.isEmpty {
            let address = address ?? ""
            hints = [
                "No tasks yet. Press n for a new one, or:",
                "curl -H 'Content-Type: application/json' -d '{\"task_type\": \"cpu_intensive\"}' \(address)/tasks",
            ]
        } else if tasks.filter.isEmpty {
            let key = tasks.hidesFinished ? "c" : "a"
            hints = ["All tasks are finished and hidden; \(key) shows them."]
        } else {
            hints = ["No task matches the filter; Esc clears it."]
        }
        for (offset, hint) in hints.enumerated() where offset < rect.height {
            canvas.text(hint, x: rect.x + TaskColumn.margin, y: rect.y + offset, width: rect.width - 3, style: .muted)
        }
    }

    private func draw(_ row: TaskRow, _ columns: [TaskColumn.Placed], on canvas: inout Canvas, y: Int) {
        let record = row.record
        let style = record.state.isFinal ? Style.muted : .plain
        if tasks.tags.contains(record.id) {
            canvas.text(String(Character(glyphs.tag)), x: 1, y: y, width: 1, style: .accent)
        }
        for placed in columns {
            let text: String
            var cellStyle = style
            switch placed.column {
            case .id: text = placed.width >= 26 ? record.id.description : name(record.id)
            case .type: text = record.type
            case .state:
                cellStyle = Style(Style.Role(record.state))
                text = stateText(record)
            case .progress:
                drawProgress(record, on: &canvas, placed, y: y)
                continue
            case .queue: text = tasks.queuePositions[record.id].map(String.init) ?? ""
            case .priority: text = record.options.priority == 0 ? "" : String(record.options.priority)
            case .attempt:
                let attempts = record.options.retries + record.attempts.count { $0.isInterrupted } + 1
                text = attempts == 1 ? "" : "\(record.attempt)/\(attempts)"
            case .timeout:
                text = row.timeoutMilliseconds(at: now.uptime).map { Format.duration(milliseconds: $0) } ?? ""
            case .step: text = record.progress.step ?? waitingText(record)
            case .elapsed:
                text =
                    record.startedAt == nil
                    ? glyphs.unknown : Format.duration(milliseconds: row.activeMilliseconds(at: now.uptime))
            case .eta:
                text =
                    row.remainingMilliseconds(at: now.uptime).map { Format.duration(milliseconds: $0) }
                    ?? (record.state.isFinal ? "" : glyphs.unknown)
            case .pid: text = record.pid.map(String.init) ?? glyphs.unknown
            case .port: text = record.workerPort.map(String.init) ?? glyphs.unknown
            case .cpu: text = row.usage?.cpuPercent.map(Format.cpu) ?? (record.state.isFinal ? "" : glyphs.unknown)
            case .memory:
                text = row.usage?.memoryBytes.map(Format.bytes) ?? (record.state.isFinal ? "" : glyphs.unknown)
            }
            if placed.column.isNumber {
                canvas.textEnding(at: placed.x + placed.width, text, y: y, width: placed.width, style: cellStyle)
            } else {
                canvas.text(text, x: placed.x, y: y, width: placed.width, style: cellStyle)
            }
        }
    }

    /// What a task waits for.
    private func waitingText(_ record: TaskRecord) -> String {
        guard record.state == .queued, tasks.queuePositions[record.id] == nil else { return "" }
        guard let time = record.retryAt ?? record.options.notBefore else { return "" }
        let rest = Int(time.milliseconds - now.wall.milliseconds)
        return "starts in \(Format.duration(milliseconds: max(0, rest)))"
    }

    /// The state, or what has been asked and has not had its effect.
    private func stateText(_ record: TaskRecord) -> String {
        let asked = underway[record.id] ?? record.pending
        // From `stopping` on, the state itself tells of a wish to terminate.
        if let asked, !record.state.isFinal, record.state != .stopping || asked == .kill {
            return glyphs.pending(asked)
        }
        let position = tasks.queuePositions[record.id].map { " \($0)" } ?? ""
        return "\(glyphs.symbol(record.state)) \(record.state.rawValue)\(position)"
    }

    /// A bar, where there is room for one, and the percentage behind it.
    private func drawProgress(_ record: TaskRecord, on canvas: inout Canvas, _ placed: TaskColumn.Placed, y: Int) {
        let style = record.state.isFinal ? Style.muted : .plain
        let percent = Format.percent(record.progress.fraction)
        canvas.textEnding(at: placed.x + placed.width, percent, y: y, width: 5, style: style)
        let width = placed.width - 6
        guard width >= 4 else { return }
        let (filled, empty) = bar(record.progress.fraction, width: width)
        let x = canvas.text(filled, x: placed.x, y: y, style: Style(record.state.isFinal ? .barDone : .bar))
        canvas.text(empty, x: x, y: y, style: Style(.barRest))
    }

    private func bar(_ fraction: Double, width: Int) -> (filled: String, empty: String) {
        let parts = glyphs.eighths
        let fraction = fraction.isFinite ? min(1, max(0, fraction)) : 0
        let steps = Int(fraction * Double(width * parts.count))
        let (whole, rest) = steps.quotientAndRemainder(dividingBy: parts.count)
        var filled = ""
        if let full = parts.last { filled = String(repeating: Character(full), count: whole) }
        if rest > 0 { filled.unicodeScalars.append(parts[rest - 1]) }
        let empty = String(repeating: Character(glyphs.emptyBar), count: width - whole - (rest > 0 ? 1 : 0))
        return (filled, empty)
    }
}
