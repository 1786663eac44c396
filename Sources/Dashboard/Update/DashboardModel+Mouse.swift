import TaskModel

// Mouse events; the canvas maps positions to click targets.
extension DashboardModel {
    mutating func handle(_ event: MouseEvent) -> [DashboardCommand] {
        guard mouseIsOn else { return [] }
        switch event.kind {
        case .press:
            guard let target = render().target(at: event.position) else { return [] }
            // A click ends typing in the panes, except on the key F3, which belongs to the row search.
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
                if detailSplit.output.contains(position) {
                    withOutput { $0.move(motion, $1) }
                    continue
                }
                let page = detailTextLines
                withDetail { $0.move(motion, page: page) }
            case .help, .menu, .dump: _ = handle(motion == .up ? .up : .down, in: overlays[overlays.count - 1])
            case .form, .confirmation, .prompt: break
            case nil:
                let split = sideSplit
                let page = split.text.height
                if split.output.contains(position) {
                    withOutput { $0.move(motion, $1) }
                } else if layout.side.contains(position) {
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
        case (.task(let id), nil): return click(task: id)
        case (.column(let column), nil): tasks.sort(by: column)
        case (.pane(let pane), nil): focus = pane
        case (.pane(.output), .detail): withDetail { $0.focus = .output }
        case (.menuItem(let choice), .menu(let menu)): return choose(choice, of: menu)
        case (.button(let button), .confirmation(let confirmation)): return press(button, in: confirmation)
        case (.formElement(let element), .form(let form)): return click(element, in: form)
        case (.taskType(let name), .form(var form)):
            form.setFocus(.type)
            form.setType(named: name)
            replaceTop(by: .form(form))
        // The target is below the top overlay.
        case (.task, _), (.column, _), (.pane, _), (.menuItem, _), (.button, _), (.formElement, _), (.taskType, _),
            (.overlay, _):
            break
        }
        return []
    }

    private mutating func click(task id: TaskID) -> [DashboardCommand] {
        guard let index = tasks.order.firstIndex(of: id) else { return [] }
        // The first click selects, the second one opens.
        if tasks.selection == id, focus == .table { return openDetail() }
        focus = .table
        tasks.select(index: index)
        return []
    }

    private mutating func click(_ element: TaskForm.Focus, in form: TaskForm) -> [DashboardCommand] {
        switch element {
        case .start: return submit(form)
        case .cancel: overlays.removeLast()
        case .type, .field:
            var form = form
            form.setFocus(element)
            replaceTop(by: .form(form))
        }
        return []
    }
}
