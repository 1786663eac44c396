import TaskModel

extension DashboardModel {
    func drawConfirmation(_ confirmation: Confirmation, on canvas: inout Canvas, in rect: Rect) {
        let (title, lines, yes) = text(for: confirmation, room: max(0, rect.height - 6))
        var labels = ["[ Cancel ]", "[ \(yes) ]"]
        if labels.reduce(6, { $0 + $1.count }) > rect.width { labels = ["[ No ]", "[ Yes ]"] }
        let buttonWidth = labels.reduce(2) { $0 + $1.count }
        let width = (lines.map(\.count) + [buttonWidth, title.count + 2]).max() ?? 0
        // Without enough room, the question is omitted rather than the buttons.
        let height = min(lines.count + 4, rect.height)
        let box = canvas.box(width: width + 4, height: height, in: rect, title: title)
        let inner = max(0, box.height - 3)
        for (offset, line) in lines.prefix(inner).enumerated() {
            canvas.text(line, x: box.x + 2, y: box.y + 1 + offset, width: box.width - 4)
        }
        // The buttons appear once the question can be answered.
        guard confirmation.isShown else { return }
        var x = box.x + 2
        let y = box.y + max(1, box.height - 2)
        for (button, label) in zip(Confirmation.Button.allCases, labels) {
            let isSelected = confirmation.selected == button
            let end = canvas.text(
                label, x: x, y: y, width: box.x + box.width - 1 - x,
                style: Style(button == .confirm ? .error : .plain, bold: isSelected, reversed: isSelected))
            canvas.register(.button(button), in: Rect(x: x, y: y, width: end - x, height: 1))
            x = end + 2
        }
    }

    private func text(for confirmation: Confirmation, room: Int) -> (title: String, lines: [String], yes: String) {
        guard let (action, targets) = confirmation.purpose.ending else { return quitText(room: room) }
        let verb = action == .kill ? "Kill" : "Terminate"
        let alive = alive(among: targets.ids)
        guard alive.isEmpty else { return text(for: alive, of: targets, verb: verb, room: room) }
        let count = targets.count
        let line = count == 1 ? "The task has ended meanwhile." : "All \(count) tasks have ended meanwhile."
        return ("\(verb)?", [line], verb)
    }

    private func quitText(room: Int) -> (title: String, lines: [String], yes: String) {
        let outcome = endOutcome
        var sentences = [outcome.sentence.capitalizedFirst + "."]
        if outcome.ended > 0 { sentences.append("Workers are asked to terminate, then made to.") }
        if storageFailure != nil, outcome.ended > 0, retention != .none {
            sentences.append("How they end may be lost: nothing can be stored now.")
        }
        sentences.append(attachment == nil ? "The API stops, too." : "The service ends for all its clients.")
        let lines = sentences.flatMap {
            CellText($0, isUnicode: capabilities.isUnicode).wrapped(to: max(1, size.width - 4)).map(\.text)
        }
        let (verb, title) = attachment == nil ? ("Quit", "Quit taskdeck?") : ("End it", "End the service?")
        let ended = Format.tasks(outcome.ended)
        let both = attachment == nil ? "End \(ended) and quit" : "End it and \(ended)"
        let yes = outcome.ended > 0 ? both : verb
        // Without room for the lines, the title has the most important of them.
        let titles = ["\(verb)? \(outcome.shortSentence)", "\(verb)? ends \(outcome.ended)", "End \(outcome.ended)?"]
        let short = titles.first { $0.count <= size.width - 6 } ?? "\(verb)?"
        return (room < 1 ? short : title, lines, yes)
    }

    /// The tasks of the question, and which of them are not visible.
    private func text(
        for ids: [TaskID], of targets: Targets, verb: String, room: Int
    ) -> (title: String, lines: [String], yes: String) {
        var lines: [String] = []
        if ids.count > 1, !targets.hidden.isEmpty { lines.append("Not visible: \(targets.hiddenText).") }
        let left = max(0, room - lines.count)
        let shown = ids.count <= left ? ids.count : max(0, left - 1)
        lines += ids.prefix(shown).map { id in
            guard let record = tasks.rows[id]?.record else { return name(id) }
            let pid = record.shownPID.map { ", pid \($0)" } ?? ""
            let hidden = targets.hidden.isEmpty ? nil : tasks.hiddenCause(of: id)
            let title = record.title.isEmpty ? "" : ": \(record.title)"
            return "\(name(id)) \(record.type), \(record.state.rawValue)\(pid)"
                + (hidden.map { ", \($0.text(nil))" } ?? "") + title
        }
        if ids.count > shown { lines.append("and \(ids.count - shown) more") }
        let title = ids.count == 1 ? "\(verb) this task?" : "\(verb) \(Format.tasks(ids.count))?"
        return (title, lines, ids.count == 1 ? verb : "\(verb) \(Format.tasks(ids.count))")
    }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
