import TaskModel

extension DashboardModel {
    func drawTable(on canvas: inout Canvas, in rect: Rect) {
        canvas.register(.pane(.table), in: rect)
        let columns = ColumnLayout(
            width: rect.width, using: tasks.usedColumns, sortedBy: tasks.sortColumn, hasSilent: !silentTasks.isEmpty,
            typeWidth: tasks.typeWidth
        ).columns
        drawHeading(columns, on: &canvas, in: Rect(x: rect.x, y: rect.y, width: rect.width, height: 1))
        let rows = Rect(x: rect.x, y: rect.y + 1, width: rect.width, height: rect.height - 1)
        if tasks.order.isEmpty { drawHint(on: &canvas, in: rows) }
        for (offset, id) in tasks.order.dropFirst(tasks.top).prefix(rows.height).enumerated() {
            guard let row = tasks.rows[id] else { continue }
            let line = Rect(x: rows.x, y: rows.y + offset, width: rows.width, height: 1)
            draw(row, columns, on: &canvas, x: rect.x, y: line.y)
            canvas.register(.task(id), in: line)
            if id == tasks.selection {
                canvas.text(String(Character(glyphs.selection)), x: line.x, y: line.y, width: 1, style: .bold)
                if focus == .table {
                    // A reversed bar would look full where it is empty.
                    canvas.restyle(line) { if !$0.isBar { $0 = Style(.plain, reversed: true) } }
                }
            }
        }
    }

    private func drawHeading(_ columns: [ColumnLayout.Placed], on canvas: inout Canvas, in rect: Rect) {
        canvas.fill(rect, style: Style(.heading))
        for placed in columns {
            let isSorted = placed.column == tasks.sortColumn
            var title = placed.title
            if isSorted { title.unicodeScalars.append(tasks.isDescending ? glyphs.descending : glyphs.ascending) }
            let style = Style(.heading, bold: isSorted)
            let x = rect.x + placed.x
            if placed.column.isNumber {
                canvas.textEnding(at: x + placed.width, title, y: rect.y, width: placed.width, style: style)
            } else {
                canvas.text(title, x: x, y: rect.y, width: placed.width, style: style)
            }
            canvas.register(.column(placed.column), in: Rect(x: x, y: rect.y, width: placed.width, height: 1))
        }
    }

    private func draw(_ row: TaskRow, _ columns: [ColumnLayout.Placed], on canvas: inout Canvas, x: Int, y: Int) {
        if tasks.tags.contains(row.record.id) {
            canvas.text(String(Character(glyphs.tag)), x: x + 1, y: y, width: 1, style: .accent)
        }
        let hasETA = columns.contains { $0.column == .eta }
        for placed in columns {
            let x = x + placed.x
            guard placed.column != .progress else {
                drawProgress(row.record, on: &canvas, x: x, y: y, width: placed.width)
                continue
            }
            let (text, style) = cell(placed.column, of: row, width: placed.width, hasETA: hasETA)
            if placed.column.isNumber {
                canvas.textEnding(at: x + placed.width, text, y: y, width: placed.width, style: style)
            } else {
                canvas.text(text, x: x, y: y, width: placed.width, style: style)
            }
        }
    }

    /// Draws a bar, if there is room for one, and the percentage.
    private func drawProgress(_ record: TaskRecord, on canvas: inout Canvas, x: Int, y: Int, width: Int) {
        guard record.hasProgress else { return }
        let style = record.state.isFinal ? Style.muted : .plain
        let percent = Format.percent(record.progress.fraction)
        canvas.textEnding(at: x + width, percent, y: y, width: 5, style: style)
        let room = width - 6
        guard room >= 4 else { return }
        let (filled, empty) = bar(record.progress.fraction, width: room)
        let end = canvas.text(filled, x: x, y: y, style: Style(record.state.isFinal ? .barDone : .bar))
        canvas.text(empty, x: end, y: y, style: Style(.barRest))
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
