import JSON
import TaskModel

extension DashboardModel {
    func drawForm(_ form: TaskForm, on canvas: inout Canvas, in rect: Rect) {
        let width = min(104, rect.width)
        let layout = FormLayout(
            form, width: max(0, width - 4), height: max(0, rect.height - 2), glyphs: glyphs, explanation: explanation)
        let title = form.original.map { "New task like \(name($0))" } ?? "New task"
        let box = canvas.box(width: width, height: layout.lines.count + 2, in: rect, title: title)
        let page = max(0, box.height - 2)
        // If the form does not fit, it is scrolled to the focused element and its explanation.
        let focus = layout.range(of: form.focus)
        let top = min(focus.lowerBound, max(0, min(focus.upperBound - page, layout.lines.count - page)))
        let inner = Rect(x: box.x + 2, y: box.y + 1, width: max(0, box.width - 4), height: page)
        for (offset, line) in layout.lines.dropFirst(top).prefix(page).enumerated() {
            draw(line, of: form, on: &canvas, x: inner.x, y: inner.y + offset, width: inner.width)
        }
        if page > 1, top + page < layout.lines.count {
            canvas.textEnding(
                at: box.x + box.width - 2, " more below ", y: box.y + box.height - 1, width: max(0, box.width - 4),
                style: .muted)
        }
    }

    private func draw(
        _ line: FormLayout.Line, of form: TaskForm, on canvas: inout Canvas, x: Int, y: Int, width: Int
    ) {
        switch line {
        case .blank: break
        case .types:
            let label = FormLayout.labelWidth(in: width)
            canvas.text("type", x: x, y: y, width: label - 1)
            drawTypes(form, on: &canvas, x: x + label, y: y, width: width - label)
        case .fields(let cells):
            for cell in cells { draw(cell, of: form, row: cell.rows.lowerBound, on: &canvas, x: x, y: y) }
        case .row(let cell, let index): draw(cell, of: form, row: index, on: &canvas, x: x, y: y)
        case .meanings(let cells):
            for cell in cells {
                let text = cell.field.meaning
                let start = cell.inputX + text.count <= cell.x + cell.width ? cell.inputX : cell.x
                canvas.text(text, x: x + start, y: y, width: cell.x + cell.width - start, style: .muted)
            }
        case .text(let text, let start, let isProblem):
            canvas.cells(text, x: x + start, y: y, style: isProblem ? Style(.error) : .muted)
        case .buttons:
            let label = FormLayout.labelWidth(in: width)
            drawButtons(form, on: &canvas, x: x + label, y: y, width: width - label)
        }
    }

    /// The explanation of a field, or the meaning of the time typed into it.
    private func explanation(_ field: FormField) -> String {
        if field.kind == .object, case .lines(let lines) = field.content, !lines.isBlank,
            case .form(let form) = overlays.last, form.original != nil
        {
            let again = DashboardAction.runAgain.binding.label
            return "values are not copied, only names (\(again) runs it again with them): \(field.explanation)"
        }
        guard field.member == .notBefore, case .text(let text) = field.content, !text.isBlank,
            let time = try? localTime.time(from: text.text, at: now.wall)
        else { return field.explanation }
        return "not before \(localTime.dateAndCountdown(time, at: now.wall))"
    }

    private func draw(
        _ cell: FormLayout.Cell, of form: TaskForm, row: Int, on canvas: inout Canvas, x: Int, y: Int
    ) {
        let field = cell.field
        let isFocused = form.focus == .field(field.member)
        let (start, room) = (x + cell.inputX, cell.inputWidth)
        if row == cell.rows.lowerBound {
            canvas.text(
                field.heading, x: x + cell.x, y: y, width: cell.labelWidth - 1, style: isFocused ? .bold : .plain)
        }
        canvas.fill(
            Rect(x: start, y: y, width: room, height: 1), style: Style(isFocused ? .accent : .plain, underlined: true))
        let style = Style(field.problem == nil ? .plain : .error, underlined: true)
        let muted = Style(.muted, underlined: true)
        switch field.content {
        case .reading:
            canvas.text("reading\(Character(glyphs.ellipsis))", x: start, y: y, width: room, style: muted)
        case .large(_, let bytes):
            let help = isFocused ? "; Ctrl-U removes it" : ""
            canvas.text("\(Format.bytes(bytes)), kept as it is\(help)", x: start, y: y, width: room, style: muted)
        case .text(let text):
            let input = Rect(x: start, y: y, width: room, height: 1)
            draw(text, field.fallback, isFocused: isFocused, on: &canvas, in: input, style: style)
        case .lines(let lines):
            let input = Rect(x: start, y: y, width: room, height: 1)
            draw(
                lines.lines[row], lines.isBlank && row == 0 ? field.fallback : "",
                isFocused: isFocused && row == lines.row,
                on: &canvas, in: input, style: style)
        case .choice(let option):
            let text = option ?? field.fallback
            let shown = isFocused ? "< \(text) >" : text
            canvas.text(
                shown, x: start, y: y, width: room,
                style: Style(option == nil ? .muted : style.role, bold: isFocused, underlined: true))
        case .toggle(let isOn):
            let isSet = isOn ?? field.fallback.hasSameBytes(as: "true")
            canvas.text(
                isSet ? "[x] yes" : "[ ] no", x: start, y: y, width: room,
                style: Style(isOn == nil ? .muted : style.role, bold: isFocused, underlined: true))
        }
        canvas.register(
            .formElement(.field(field.member)), in: Rect(x: x + cell.x, y: y, width: cell.width, height: 1))
    }

    /// Draws a text; an empty one shows its default.
    private func draw(
        _ text: TextField, _ fallback: String, isFocused: Bool, on canvas: inout Canvas, in rect: Rect, style: Style
    ) {
        let (x, y, width) = (rect.x, rect.y, rect.width)
        if text.isBlank { canvas.text(fallback, x: x, y: y, width: width, style: Style(.muted, underlined: true)) }
        if isFocused, text.isBlank {
            canvas.setCursor(Position(x: x + min(text.cursor, max(0, width - 1)), y: y))
        } else if isFocused {
            canvas.edit(text, x: x, y: y, width: width, style: style)
        } else if !text.isBlank {
            canvas.text(text.beginning(width), x: x, y: y, width: width, style: style)
        }
    }

    /// Draws the names of all types, or only the chosen one if they do not fit.
    private func drawTypes(_ form: TaskForm, on canvas: inout Canvas, x: Int, y: Int, width: Int) {
        let isFocused = form.focus == .type
        let names = form.typeNames.map { " \($0) " }
        let all = names.reduce(names.count - 1) { $0 + $1.count } <= width
        var x = x
        for (index, name) in names.enumerated() where all || index == form.typeIndex {
            let isSelected = index == form.typeIndex
            let style = Style(
                isSelected ? .plain : .muted, bold: isSelected && isFocused, reversed: isSelected && (isFocused || all))
            let end = canvas.text(all ? name : "<\(name)>", x: x, y: y, width: width, style: style)
            canvas.register(
                all ? .taskType(form.typeNames[index]) : .formElement(.type),
                in: Rect(x: x, y: y, width: end - x, height: 1))
            x = end + 1
        }
    }

    private func drawButtons(_ form: TaskForm, on canvas: inout Canvas, x: Int, y: Int, width: Int) {
        let buttons: [(String, TaskForm.Focus)] = [
            (form.isSubmitting ? "[ Starting ]" : "[ Start ]", .start), ("[ Cancel ]", .cancel),
        ]
        let end = x + width
        var x = x
        for (text, focus) in buttons {
            let isFocused = form.focus == focus
            let next = canvas.text(
                text, x: x, y: y, width: max(0, end - x), style: Style(.plain, bold: isFocused, reversed: isFocused))
            canvas.register(.formElement(focus), in: Rect(x: x, y: y, width: next - x, height: 1))
            x = next + 2
        }
    }
}
