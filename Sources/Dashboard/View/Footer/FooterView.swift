import TaskModel

extension DashboardModel {
    func drawFooter(on canvas: inout Canvas, _ layout: ScreenLayout) {
        if layout.status.height > 0 {
            drawStatus(on: &canvas, y: layout.status.y)
        } else if isTypingSearch || paneInput != nil || message != nil {
            drawStatus(on: &canvas, y: layout.footer.y)
            return
        }
        let (items, last) = footerItems(width: layout.footer.width)
        let y = layout.footer.y
        // Help and quit are always visible.
        let lastWidth = last.reduce(0) { $0 + $1.width + 2 }
        var x = 1
        for item in items where x + item.width + 2 + lastWidth <= layout.footer.width {
            x = draw(item, on: &canvas, x: x, y: y) + (item.label.isEmpty ? 1 : 2)
        }
        for item in last { x = draw(item, on: &canvas, x: x, y: y) + 2 }
    }

    private func draw(_ item: FooterItem, on canvas: inout Canvas, x: Int, y: Int) -> Int {
        let afterLabel = canvas.text(item.label, x: x, y: y, style: Style(.accent, bold: true))
        let end = canvas.text(item.name, x: item.label.isEmpty ? x : afterLabel + 1, y: y)
        if let target = item.target {
            canvas.register(target, in: Rect(x: x, y: y, width: item.width, height: 1))
        }
        return end
    }

    private func footerItems(width: Int) -> (items: [FooterItem], last: [FooterItem]) {
        let back = FooterItem("Esc", "back", .back)
        if isTypingSearch { return ([FooterItem("Enter", "keep")], [FooterItem("Esc", "end search")]) }
        let found = search == nil ? [] : [FooterItem("n N", "next, previous")]
        switch overlays.last {
        case .form(let form):
            let enter = form.focusedField?.breaksLines == true ? "next line" : "start"
            return (
                [FooterItem("Enter", enter), FooterItem("Tab", "next field")], [FooterItem("Esc", "cancel", .back)]
            )
        case .menu(let menu):
            return ([FooterItem("Enter", menu.purpose == .time ? "show" : menu.action.binding.name)], [back])
        case .prompt(let prompt):
            return ([FooterItem("Enter", prompt.verb)], [FooterItem("Esc", "cancel", .back)])
        case .dump: return (found + [FooterItem(.find), FooterItem(.follow), FooterItem(.save)], [back])
        case .confirmation:
            return ([FooterItem("y", "yes", .button(.confirm)), FooterItem("n", "no", .button(.cancel))], [back])
        case .help: return ([FooterItem("Up Down", "scroll")], [back])
        case .detail:
            let actions: [DashboardAction] = [
                .pause, .resume, .terminate, .kill, .duplicate, .runAgain, .neighbor, .find, .copy, .save, .help,
            ]
            return (found + detailOutputItems + actions.map { FooterItem($0) }, [back])
        case nil: break
        }
        switch paneInput {
        case .filter: return ([FooterItem("Enter", "keep")], [FooterItem("Esc", "clear")])
        case .rowSearch: return ([FooterItem("F3", "next", .action(.search))], [FooterItem("Esc", "back")])
        case nil: break
        }
        let last = [FooterItem(.help), FooterItem(.quit, attachment == nil ? nil : "leave")]
        if focus == .output {
            let actions: [DashboardAction] = [
                .find, .follow, .wrap, .streams, .nextPane, .detail, .pause, .resume, .terminate, .kill,
            ]
            return (found + actions.map { FooterItem($0) }, last)
        }
        guard focus == .table else {
            let actions: [DashboardAction] = [
                .find, .follow, .filter, .level, .onlySelected, .wrap, .dump, .copy, .save, .logHeight, .nextPane,
            ]
            return (found + actions.map { FooterItem($0) }, last)
        }
        return (tableItems(width: width - last.reduce(0) { $0 + $1.width + 2 }), last)
    }

    /// The items for the table; the keys that act on tasks are followed by the targets.
    private func tableItems(width: Int) -> [FooterItem] {
        let targets = targets
        let task: [DashboardAction] = [.pause, .resume, .terminate, .kill]
        let table: [DashboardAction] = [
            .tag, .find, .sort, .detail, .nextPane, .hideFinished, .duplicate, .timeRange, .logHeight, .runAgain,
            .pauseQueue, .raise, .lower, .tagAll, .untagAll, .reverse,
        ]
        // The action that lets tasks start comes first.
        let first: [DashboardAction] = queue.isPaused ? [.pauseQueue, .newTask] : [.newTask]
        let rest = (first + table.filter { !first.contains($0) }).map { FooterItem($0, footerName($0)) }
        guard targets.count > 0 else { return rest }
        let name = targets.text(glyphs)
        // With the targets at each key, if there is room beside the most important other keys.
        let named = task.map { FooterItem($0, "\($0.binding.name) \(name)") }
        if (named + rest.prefix(5)).reduce(1, { $0 + $1.width + 2 }) <= width { return named + rest }
        let plain = task.map { FooterItem($0) }
        let room = width - plain.reduce(3) { $0 + $1.width + 2 }
        // Otherwise the targets come once before the keys, in the longest form that fits.
        guard let prefix = [name, targets.shortText(glyphs)].first(where: { $0.count + 1 <= room }) else {
            return plain + rest
        }
        return [FooterItem(text: "\(prefix):")] + plain + rest
    }

    /// The keys of the output in the detail.
    private var detailOutputItems: [FooterItem] {
        guard output?.isShown == true else { return [] }
        let parts = FooterItem(.nextPane, detailOutput == nil ? "output" : "text")
        guard detailOutput != nil else { return [parts] }
        return [
            FooterItem(.follow), parts, FooterItem(.wrap), FooterItem(.streams),
            FooterItem("F5", "all of it", .action(.logHeight)),
        ]
    }

    private func footerName(_ action: DashboardAction) -> String? {
        switch action {
        case .pauseQueue: queue.isPaused ? "release queue" : nil
        case .hideFinished: tasks.scope.hidesFinished ? "show done" : nil
        default: nil
        }
    }
}
