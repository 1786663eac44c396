import TaskModel

/// One line of the form.
private enum FormLine {
    case types
    case field(Int)
    /// What would be right, or what is wrong, below its field.
    case hint(Int)
    case blank
    case problem(String)
    case buttons
}

extension DashboardModel {
    private static let labelWidth = 14

    func drawForm(_ form: TaskForm, on canvas: inout Canvas, in rect: Rect) {
        var lines: [FormLine] = [.types, .blank]
        for index in form.fields.indices { lines += [.field(index), .hint(index)] }
        if let problem = form.problem { lines.append(.problem(problem)) }
        lines += [.buttons]

        let box = canvas.box(width: 88, height: lines.count + 2, in: rect, title: "New task")
        let page = max(0, box.height - 2)
        // Where not all has room, what has the focus has, and its hint.
        let focus = lines.firstIndex { $0.has(form.focus) } ?? 0
        let top = max(0, min(focus + 2 - page, lines.count - page))
        let inner = Rect(x: box.x + 2, y: box.y + 1, width: max(0, box.width - 4), height: page)
        for (offset, line) in lines.dropFirst(page == 1 ? focus : top).prefix(page).enumerated() {
            draw(line, of: form, on: &canvas, x: inner.x, y: inner.y + offset, width: inner.width)
        }
    }

    private func draw(_ line: FormLine, of form: TaskForm, on canvas: inout Canvas, x: Int, y: Int, width: Int) {
        let label = min(Self.labelWidth, width / 3)
        let start = x + label
        let room = max(0, width - label)
        switch line {
        case .blank: break
        case .types:
            canvas.text("type", x: x, y: y, width: label - 1)
            drawTypes(form, on: &canvas, x: start, y: y, width: room)
        case .field(let index):
            let field = form.fields[index]
            let isFocused = form.focus == .field(index)
            canvas.text(field.description.name, x: x, y: y, width: label - 1, style: isFocused ? .bold : .plain)
            let rect = Rect(x: start, y: y, width: room, height: 1)
            canvas.fill(rect, style: Style(isFocused ? .accent : .plain, underlined: true))
            let style = Style(field.problem == nil ? .plain : .error, underlined: true)
            if isFocused {
                canvas.edit(field.text, x: start, y: y, width: room, style: style)
            } else {
                canvas.text(field.text.text, x: start, y: y, width: room, style: style)
            }
            canvas.note(.item(1 + index), in: Rect(x: x, y: y, width: width, height: 1))
        case .hint(let index):
            let field = form.fields[index]
            let text =
                field.problem.map { "\(glyphs.failed) \($0)" }
                ?? "\(field.description.kind.words), \(field.description.hint)"
            canvas.text(text, x: start, y: y, width: room, style: field.problem == nil ? .muted : Style(.error))
        case .problem(let text):
            canvas.text("\(glyphs.failed) \(text)", x: x, y: y, width: width, style: Style(.error))
        case .buttons:
            drawButtons(form, on: &canvas, x: start, y: y, width: room)
        }
    }

    /// All types side by side, or where there is no room, the chosen one.
    private func drawTypes(_ form: TaskForm, on canvas: inout Canvas, x: Int, y: Int, width: Int) {
        let isFocused = form.focus == .type
        let names = form.typeNames.map { " \($0) " }
        let all = names.reduce(names.count - 1) { $0 + $1.count } <= width
        var x = x
        for (index, name) in names.enumerated() where all || index == form.typeIndex {
            let isChosen = index == form.typeIndex
            let style = Style(
                isChosen ? .plain : .muted, bold: isChosen && isFocused, reversed: isChosen && (isFocused || all))
            let end = canvas.text(all ? name : "<\(name)>", x: x, y: y, width: width, style: style)
            canvas.note(
                all ? .item(form.fields.count + 3 + index) : .item(0), in: Rect(x: x, y: y, width: end - x, height: 1))
            x = end + 1
        }
    }

    private func drawButtons(_ form: TaskForm, on canvas: inout Canvas, x: Int, y: Int, width: Int) {
        let buttons: [(String, TaskForm.Focus)] = [
            (form.isSubmitting ? "[ Starting ]" : "[ Start ]", .start), ("[ Cancel ]", .cancel),
        ]
        let end = x + width
        var x = x
        for (index, (text, focus)) in buttons.enumerated() {
            let isFocused = form.focus == focus
            let next = canvas.text(
                text, x: x, y: y, width: max(0, end - x), style: Style(.plain, bold: isFocused, reversed: isFocused))
            canvas.note(.item(form.fields.count + 1 + index), in: Rect(x: x, y: y, width: next - x, height: 1))
            x = next + 2
        }
    }
}

extension FormLine {
    fileprivate func has(_ focus: TaskForm.Focus) -> Bool {
        switch (self, focus) {
        case (.types, .type), (.buttons, .start), (.buttons, .cancel): true
        case (.field(let index), .field(let focused)): index == focused
        default: false
        }
    }
}

extension FieldDescription.Kind {
    fileprivate var words: String {
        switch self {
        case .number: "a number"
        case .integer: "a whole number"
        case .text: "text"
        case .array: "a JSON array such as [1, \"two\"]"
        }
    }
}
