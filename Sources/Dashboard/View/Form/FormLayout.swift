import JSON

/// The lines of a form for a width; short fields share a line.
struct FormLayout {
    /// The position of a field within its line.
    struct Cell {
        let field: FormField
        let x: Int
        let labelWidth: Int
        var inputWidth: Int
        /// The width up to the next field, or to the end of the line.
        let width: Int

        var inputX: Int { x + labelWidth }

        /// The indices of the lines that are shown of a field with several; one for other fields.
        var rows: Range<Int> {
            guard case .lines(let lines) = field.content else { return 0..<1 }
            let count = min(lines.lines.count, FormLayout.rowLimit)
            let first = max(0, min(lines.row - count / 2, lines.lines.count - count))
            return first..<first + count
        }
    }

    enum Line {
        case types
        case fields([Cell])
        /// A further line of a field with several, by its index.
        case row(Cell, index: Int)
        /// The meanings of fields.
        case meanings([Cell])
        /// A wrapped line of the explanation or the problem of a field.
        case text(CellText, x: Int, isProblem: Bool)
        case blank
        case buttons
    }

    private(set) var lines: [Line] = []

    /// - Parameters:
    ///   - height: The available lines; if they are few, only the focused field is explained.
    ///   - explanation: Returns the explanation of a focused field.
    init(
        _ form: TaskForm, width: Int, height: Int, glyphs: Glyphs, explanation: (FormField) -> String
    ) {
        let labelWidth = Self.labelWidth(in: width)
        let rows = form.groups.map { Self.rows(of: $0, labelWidth: labelWidth, width: width) }
        func lines(explainsAll: Bool, blanks: Bool) -> [Line] {
            var lines: [Line] = [.types]
            if explainsAll, !form.summary.isEmpty {
                lines += Self.wrapped(form.summary, x: labelWidth, width, glyphs, isProblem: false)
            }
            for group in rows {
                if blanks { lines.append(.blank) }
                for row in group {
                    lines.append(.fields(row))
                    if let cell = row.first { lines += cell.rows.dropFirst().map { .row(cell, index: $0) } }
                    lines += Self.annotations(
                        row, form, width, glyphs, explainsAll: explainsAll, explanation: explanation)
                }
            }
            if blanks { lines.append(.blank) }
            if let problem = form.problem {
                lines += Self.wrapped("\(glyphs.failed) \(problem)", x: 0, width, glyphs, isProblem: true)
            }
            return lines + [.buttons]
        }
        self.lines = lines(explainsAll: true, blanks: true)
        if self.lines.count > height { self.lines = lines(explainsAll: true, blanks: false) }
        if self.lines.count > height { self.lines = lines(explainsAll: false, blanks: false) }
    }

    private static func annotations(
        _ row: [Cell], _ form: TaskForm, _ width: Int, _ glyphs: Glyphs, explainsAll: Bool,
        explanation: (FormField) -> String
    ) -> [Line] {
        var lines: [Line] = []
        for cell in row {
            let field = cell.field
            guard let problem = field.problem else { continue }
            let label = row.count > 1 ? "\(field.label) " : ""
            lines += linesBelow(cell, "\(glyphs.failed) \(label)\(problem)", width, glyphs, isProblem: true)
        }
        if !lines.isEmpty { return lines }
        if let focused = row.first(where: { form.focus == .field($0.field.member) })
            ?? (row.count == 1 ? row.first : nil)
        {
            guard explainsAll || form.focus == .field(focused.field.member) else { return [] }
            return linesBelow(focused, explanation(focused.field), width, glyphs, isProblem: false)
        }
        return explainsAll ? [.meanings(row)] : []
    }

    /// A text below its field, or further to the left if it does not fit there.
    private static func linesBelow(
        _ cell: Cell, _ text: String, _ width: Int, _ glyphs: Glyphs, isProblem: Bool
    ) -> [Line] {
        let cells = CellText(text, isUnicode: glyphs.isUnicode, limit: width * 4).width
        let x = cells <= width - cell.inputX ? cell.inputX : max(0, width - cells)
        return wrapped(text, x: x, width, glyphs, isProblem: isProblem)
    }

    private static func wrapped(
        _ text: String, x: Int, _ width: Int, _ glyphs: Glyphs, isProblem: Bool
    ) -> [Line] {
        CellText(text, isUnicode: glyphs.isUnicode, limit: width * 4).wrapped(to: max(1, width - x)).map {
            .text($0, x: x, isProblem: isProblem)
        }
    }

    /// The width of the first label of a line.
    static func labelWidth(in width: Int) -> Int { min(12, width / 3) }

    private static let gap = 2
    /// The maximum number of lines of a field.
    static let rowLimit = 6

    /// The fields of a group in lines, as many as fit into each.
    private static func rows(of group: [FormField], labelWidth: Int, width: Int) -> [[Cell]] {
        var rows: [[Cell]] = []
        var end = 0
        for field in group {
            let label = field.heading.count + 1
            let needed = max(label + field.inputWidth, field.meaning.count)
            if let row = rows.indices.last, end + gap + needed <= width, !field.hasRows, !rows[row][0].field.hasRows {
                rows[row].append(
                    Cell(field: field, x: end + gap, labelWidth: label, inputWidth: field.inputWidth, width: needed))
                end += gap + needed
            } else {
                end = labelWidth + max(field.inputWidth, field.meaning.count)
                rows.append([
                    Cell(field: field, x: 0, labelWidth: labelWidth, inputWidth: field.inputWidth, width: end)
                ])
            }
        }
        return rows.map { stretched($0, width: width) }
    }

    /// Gives the remaining width of a line to its first long field.
    private static func stretched(_ row: [Cell], width: Int) -> [Cell] {
        guard let last = row.last, let widest = row.firstIndex(where: { $0.field.kind.isLong }) else {
            return row.map { cell in
                var cell = cell
                cell.inputWidth = max(0, min(cell.inputWidth, width - cell.inputX))
                return cell
            }
        }
        let rest = max(0, width - (last.x + last.width))
        return row.enumerated().map { position, cell in
            guard position >= widest else { return cell }
            let x = cell.x + (position > widest ? rest : 0)
            let cellWidth = max(0, min(cell.width + (position == widest ? rest : 0), width - x))
            return Cell(
                field: cell.field, x: x, labelWidth: cell.labelWidth,
                inputWidth: position == widest ? max(0, cellWidth - cell.labelWidth) : cell.inputWidth, width: cellWidth
            )
        }
    }

    /// The lines of the focused element, with its explanation.
    func range(of focus: TaskForm.Focus) -> Range<Int> {
        let start =
            lines.firstIndex { line in
                switch (line, focus) {
                case (.types, .type), (.buttons, .start), (.buttons, .cancel): true
                case (.fields(let cells), .field(let member)): cells.contains { $0.field.member == member }
                default: false
                }
            } ?? 0
        let annotations = lines[(start + 1)...].prefix { line in
            switch line {
            case .text, .row: true
            case .types, .fields, .meanings, .blank, .buttons: false
            }
        }
        return start..<start + 1 + annotations.count
    }
}

extension FormField {
    /// Whether the field has several lines.
    fileprivate var hasRows: Bool {
        if case .lines = content { true } else { false }
    }

    /// The minimum width of the text.
    fileprivate var inputWidth: Int {
        switch (member, kind) {
        case (.priority, _), (.retries, _): 4
        case (.timeout, _): 8
        case (.name, _), (_, .array), (_, .list), (_, .object), (_, .lines), (_, .path),
            (_, .command):
            30
        case (.notBefore, _): 12
        case (_, .text), (_, .choice): 20
        case (_, .number), (_, .boolean): 10
        case (_, .integer): 14
        }
    }
}

extension FieldDescription.Kind {
    /// Whether values may be long.
    fileprivate var isLong: Bool {
        switch self {
        case .text, .lines, .array, .list, .object, .path, .command: true
        case .number, .integer, .boolean, .choice: false
        }
    }
}
