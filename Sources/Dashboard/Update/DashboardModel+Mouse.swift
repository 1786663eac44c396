// What the mouse does: the picture itself tells what is where.
extension DashboardModel {
    mutating func handle(_ event: MouseEvent) -> [DashboardCommand] {
        guard mouseIsOn else { return [] }
        switch event.kind {
        case .press:
            guard let target = render().target(at: event.position) else { return [] }
            // From what is clicked on the keys go there; F3 is part of the search that is being typed.
            if overlays.isEmpty, target != .action(.search) { finishTyping() }
            return click(target)
        case .wheelUp: scroll(.up, at: event.position)
        case .wheelDown: scroll(.down, at: event.position)
        }
        return []
    }

    private mutating func scroll(_ motion: Motion, at position: Position) {
        for _ in 0..<3 {
            switch overlays.last {
            case .detail:
                let page = layout.detailLines
                withDetail { $0.move(motion, page: page) }
            case .help, .menu, .dump: _ = handle(motion == .up ? .up : .down, in: overlays[overlays.count - 1])
            case .form, .confirmation, .prompt: break
            case nil:
                let page = layout.sideLines
                if layout.side.contains(position) {
                    side?.move(motion, page: page)
                } else if layout.log.contains(position) {
                    log.move(motion, page: layout.logLines)
                } else {
                    tasks.move(motion, page: layout.tableRows)
                }
            }
        }
    }

    private mutating func click(_ target: ClickTarget) -> [DashboardCommand] {
        switch (target, overlays.last) {
        case (.action(let action), _): return perform(action)
        case (.back, _): if !overlays.isEmpty { overlays.removeLast() }
        case (.item(let index), let overlay?): return press(item: index, of: overlay)
        case (.task(let index), nil):
            // A second click opens what the first one has selected.
            if tasks.selectedIndex == index, focus == .table { return openDetail() }
            focus = .table
            tasks.select(index: index)
        case (.column(let column), nil): tasks.sort(by: column)
        case (.pane(let pane), nil): focus = pane
        case (.task, _), (.column, _), (.pane, _), (.item, _), (.overlay, _): break
        }
        return []
    }

    private mutating func press(item index: Int, of overlay: Overlay) -> [DashboardCommand] {
        switch overlay {
        case .menu(let menu): return choose(index, of: menu)
        case .confirmation(let confirmation): return resolve(confirmation, index == 1)
        case .form(var form):
            let order = form.order
            switch order.indices.contains(index) ? order[index] : nil {
            case .start: return submit(form)
            case .cancel:
                overlays.removeLast()
                return []
            case let focus?: form.setFocus(focus)
            case nil:
                // Behind all that can have the focus: the names of the types.
                form.setFocus(.type)
                form.setType(index - order.count)
            }
            overlays[overlays.count - 1] = .form(form)
        case .detail, .help, .prompt, .dump: break
        }
        return []
    }
}
