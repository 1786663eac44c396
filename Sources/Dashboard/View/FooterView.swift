import TaskModel

/// What the last line offers.
private struct FooterItem {
    let label: String
    let name: String
    var target: ClickTarget?

    init(_ action: DashboardAction) {
        label = action.entry.label
        name = action.entry.name
        target = .action(action)
    }

    init(_ label: String, _ name: String, _ target: ClickTarget? = nil) {
        self.label = label
        self.name = name
        self.target = target
    }

    var width: Int { label.count + 1 + name.count }
}

extension DashboardModel {
    func drawFooter(on canvas: inout Canvas, _ layout: ScreenLayout) {
        if layout.status.height > 0 {
            drawStatus(on: &canvas, y: layout.status.y)
        } else if filterField != nil || message != nil {
            drawStatus(on: &canvas, y: layout.footer.y)
            return
        }
        let (items, last) = footerItems
        let y = layout.footer.y
        // Help and the way out are there however narrow the screen is.
        let lastWidth = last.reduce(0) { $0 + $1.width + 2 }
        var x = 1
        for item in items where x + item.width + 2 + lastWidth <= layout.footer.width {
            x = draw(item, on: &canvas, x: x, y: y) + 2
        }
        for item in last { x = draw(item, on: &canvas, x: x, y: y) + 2 }
    }

    private func draw(_ item: FooterItem, on canvas: inout Canvas, x: Int, y: Int) -> Int {
        let afterLabel = canvas.text(item.label, x: x, y: y, style: Style(.accent, bold: true))
        let end = canvas.text(item.name, x: afterLabel + 1, y: y)
        if let target = item.target {
            canvas.note(target, in: Rect(x: x, y: y, width: item.width, height: 1))
        }
        return end
    }

    private var footerItems: (items: [FooterItem], last: [FooterItem]) {
        let back = FooterItem("Esc", "back", .back)
        switch overlays.last {
        case .form:
            return (
                [FooterItem("Enter", "start"), FooterItem("Tab", "next field")], [FooterItem("Esc", "cancel", .back)]
            )
        case .menu(let menu): return ([FooterItem("Enter", menu.action.entry.name)], [back])
        case .prompt: return ([FooterItem("Enter", "keep")], [FooterItem("Esc", "cancel", .back)])
        case .dump: return ([FooterItem("Up Down", "scroll")], [back])
        case .confirmation: return ([FooterItem("y", "yes", .item(1)), FooterItem("n", "no", .item(0))], [back])
        case .help: return ([FooterItem("Up Down", "scroll")], [back])
        case .detail:
            let actions: [DashboardAction] = [.pause, .resume, .terminate, .kill, .duplicate, .runAgain, .help]
            return (actions.map { FooterItem($0) }, [back])
        case nil: break
        }
        if filterField != nil { return ([FooterItem("Enter", "keep")], [FooterItem("Esc", "clear")]) }
        let actions: [DashboardAction] =
            focus == .table
            ? [
                .newTask, .pause, .resume, .terminate, .kill, .tag, .filter, .sort, .detail, .nextPane, .hideFinished,
                .duplicate, .logHeight, .runAgain, .holdQueue, .raise, .lower, .timeRange, .untagAll, .reverse,
            ]
            : [.follow, .filter, .level, .onlySelected, .wrap, .logHeight, .nextPane, .newTask, .pause, .resume]
        return (actions.map { FooterItem($0) }, [FooterItem(.help), FooterItem(.quit)])
    }

    // MARK: - The line above

    private func drawStatus(on canvas: inout Canvas, y: Int) {
        let width = size.width
        if let field = filterField {
            let isTable = focus == .table
            let count =
                isTable ? "\(tasks.order.count) of \(Format.tasks(tasks.rows.count))" : "\(log.shown.count) in the log"
            let x = canvas.text("/", x: 1, y: y, style: Style(.accent, bold: true))
            let room = max(1, width - x - count.count - 3)
            canvas.edit(field, x: x, y: y, width: room)
            canvas.textEnding(at: width - 1, count, y: y, width: count.count, style: .muted)
        } else if let message {
            let (sign, role): (String, Style.Role) =
                switch message.kind {
                case .pending: (String(Character(glyphs.ellipsis)), .waiting)
                case .success: (glyphs.done, .success)
                case .failure: (glyphs.failed, .error)
                }
            canvas.text("\(sign) \(message.text)", x: 1, y: y, width: width - 2, style: Style(role))
        } else if let row = tasks.selectedRow {
            var text = "\(row.record.id) \(row.record.type)"
            if let error = row.record.error {
                text += ": \(error)"
            } else if let step = row.record.progress.step {
                text += ": \(step)"
            }
            if !tasks.filter.isEmpty { text = "filter '\(tasks.filter)' (Esc clears)  " + text }
            canvas.text(text, x: 1, y: y, width: width - 2, style: .muted)
        }
    }
}

extension Canvas {
    /// Draws a text that is being edited, with the cursor where it can be seen.
    mutating func edit(_ field: TextField, x: Int, y: Int, width: Int, style: Style = .plain) {
        guard width > 0 else { return }
        let excerpt = field.excerpt(around: width)
        let before = CellText(excerpt.beforeCursor, isUnicode: isUnicode).width
        let offset = max(0, before - width + 1)
        let text = CellText(
            excerpt.beforeCursor + excerpt.afterCursor, isUnicode: isUnicode, limit: offset + width + 2
        ).dropping(offset)
        cells(text.cut(to: width, isUnicode: isUnicode), x: x, y: y, style: style)
        setCursor(Position(x: x + before - offset, y: y))
    }
}
