import TaskModel

// The status line: the text being typed, a message, or the targets of actions.
extension DashboardModel {
    func drawStatus(on canvas: inout Canvas, y: Int) {
        if isTypingSearch, let input = searchInput {
            let trailing = input.isFound ? "" : "no match"
            let x = canvas.text("/", x: 1, y: y, style: Style(.accent, bold: true))
            canvas.edit(input.field, x: x, y: y, width: max(1, size.width - x - trailing.count - 3))
            canvas.textEnding(at: size.width - 1, trailing, y: y, width: trailing.count, style: Style(.warning))
        } else if let field = filterField {
            let count =
                focus == .table
                ? "\(tasks.order.count) of \(Format.tasks(tasks.rows.count))" : "\(log.shown.count) in the log"
            // In the log, `/` searches.
            let key: DashboardAction = focus == .table ? .find : .filter
            draw(field, after: key.binding.label, count, on: &canvas, y: y)
        } else if let search = rowSearch {
            draw(search.field, after: "search: ", search.isFound ? "" : "no row matches", on: &canvas, y: y)
        } else if let message {
            let (sign, role): (String, Style.Role) =
                switch message.kind {
                case .pending: (String(Character(glyphs.ellipsis)), .waiting)
                case .success: (glyphs.done, .success)
                case .failure: (glyphs.failed, .error)
                }
            canvas.text("\(sign) \(message.text)", x: 1, y: y, width: size.width - 2, style: Style(role))
        } else {
            drawTargets(on: &canvas, y: y)
        }
    }

    private func draw(_ field: TextField, after sign: String, _ trailing: String, on canvas: inout Canvas, y: Int) {
        let width = size.width
        let x = canvas.text(sign, x: 1, y: y, style: Style(.accent, bold: true))
        canvas.edit(field, x: x, y: y, width: max(1, width - x - trailing.count - 3))
        canvas.textEnding(at: width - 1, trailing, y: y, width: trailing.count, style: .muted)
    }

    /// Draws the tagged tasks, or the selected task and its state.
    private func drawTargets(on canvas: inout Canvas, y: Int) {
        let targets = targets
        guard targets.count > 0 else { return }
        var x = 1
        let end = size.width - 1
        if !tasks.filter.isEmpty {
            let (filter, room) = ("/\(tasks.filter)", size.width / 3)
            let whole = filter + " (Esc clears)"
            // A truncated hint would be useless.
            let text = escapeClearsFilter && whole.dropFirst(room).isEmpty ? whole : filter
            x = 2 + canvas.text(text, x: x, y: y, width: room, style: .muted)
        }
        let style: Style = targets.hidden.isEmpty ? .muted : Style(.warning)
        x = canvas.text(targets.text(glyphs), x: x, y: y, width: end - x, style: style)
        let rest: String
        if case .tags(let ids) = targets.source {
            // As many names as fit into the line.
            let names = ids.count <= 20 ? ids.sorted().map(name).joined(separator: " ") : ""
            rest = names.isEmpty ? "" : ": \(names)"
        } else if let id = targets.ids.first, let row = tasks.rows[id] {
            rest = " \(sentence(for: row.record))"
        } else {
            rest = ""
        }
        canvas.text(rest, x: x, y: y, width: end - x, style: .muted)
    }

    /// Whether Escape clears the table's filter next.
    var escapeClearsFilter: Bool { filterField != nil || tasks.tags.isEmpty && focus == .table }

    /// The type, with the error, the reason, the step or the title.
    private func sentence(for record: TaskRecord) -> String {
        if let error = record.error { return "\(record.type) \(record.state.rawValue): \(error)" }
        if let reason = tasks.reason(of: record) {
            return "\(record.type) \(record.state.rawValue): \(reason.screenText(at: now.wall, in: localTime))"
        }
        let text = record.progress.step ?? record.title
        return text.isEmpty ? record.type : "\(record.type): \(text)"
    }
}
