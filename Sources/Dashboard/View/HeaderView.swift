import TaskModel

extension DashboardModel {
    func drawHeader(on canvas: inout Canvas, in rect: Rect) {
        let end = rect.x + rect.width
        if rect.height == 1 {
            let x = drawTitle(on: &canvas, y: rect.y)
            drawCounts(on: &canvas, x: x + 2, until: end, y: rect.y)
            return
        }
        var x = drawTitle(on: &canvas, y: rect.y)
        x = canvas.text("  \(address ?? "starting")", x: x, y: rect.y, style: .accent)
        x = canvas.text("  up \(Format.duration(milliseconds: now.uptime.wholeMilliseconds))", x: x, y: rect.y)
        drawUsage(on: &canvas, from: x + 2, until: end - 1, y: rect.y)

        let position = tasks.order.isEmpty ? "" : "\(tasks.selectedIndex + 1) of \(tasks.order.count)"
        let hidden = tasks.rows.count - tasks.order.count
        let tags = tasks.tags.isEmpty ? "" : "\(tasks.tags.count) tagged  "
        let right = tags + position + (hidden > 0 ? " (\(hidden) hidden)" : "")
        x = drawCounts(on: &canvas, x: 1, until: end - right.count - 2, y: rect.y + 1)
        canvas.textEnding(at: end - 1, right, y: rect.y + 1, width: max(0, end - 1 - x - 1), style: .muted)
    }

    private func drawTitle(on canvas: inout Canvas, y: Int) -> Int {
        canvas.text("taskdeck", x: 1, y: y, width: 9, style: .bold)
    }

    /// The number of tasks in each state that there is, as many as have room.
    @discardableResult
    private func drawCounts(on canvas: inout Canvas, x: Int, until end: Int, y: Int) -> Int {
        var x = x
        if isShuttingDown {
            x = canvas.text(
                "ending, \(Format.tasks(tasks.aliveCount)) left", x: x, y: y, width: end - x,
                style: Style(.warning, bold: true))
            return x
        }
        if queue.isHeld {
            x = canvas.text("queue held  ", x: x, y: y, width: end - x, style: Style(.warning, bold: true))
        }
        if let launchFailure {
            // Half of the line: the counts say how much is kept waiting.
            let width = max(0, min((end - x) / 2, 60))
            x = canvas.text(
                "no worker can be started: \(launchFailure)", x: x, y: y, width: width,
                style: Style(.warning, bold: true))
            x = canvas.text("  ", x: x, y: y, width: max(0, end - x))
        }
        let counts = Self.countOrder.compactMap { state in
            tasks.counts[state].flatMap { $0 > 0 ? (state, $0) : nil }
        }
        if counts.isEmpty { return canvas.text("no tasks", x: x, y: y, width: end - x, style: .muted) }
        // Where the words have no room, the symbols have to do.
        let words = counts.map { "\(glyphs.symbol($0)) \($1) \($0.rawValue)" }
        let haveRoom = words.reduce(2 * (words.count - 1)) { $0 + $1.count } <= end - x
        for (position, (state, count)) in counts.enumerated() {
            let text = haveRoom ? words[position] : "\(glyphs.symbol(state)) \(count)"
            let gap = position == 0 ? 0 : 2
            guard x + gap + text.count <= end else { break }
            x = canvas.text(text, x: x + gap, y: y, style: Style(Style.Role(state)))
        }
        return x
    }

    /// What an operator wants to know first.
    private static let countOrder: [TaskState] = [
        .running, .paused, .failed, .queued, .starting, .stopping, .completed, .terminated, .killed,
    ]

    /// Processor and memory of all workers together, with the last minutes as a line of bars.
    private func drawUsage(on canvas: inout Canvas, from start: Int, until end: Int, y: Int) {
        let memory = Format.bytes(usage.memoryBytes)
        let cpu = Format.cpu(percent: usage.cpuPercent)
        let (before, after) = ("cpu ", " \(cpu) %  mem \(memory)")
        let room = end - start - before.count - after.count
        let width = min(30, room)
        guard room >= 0 else {
            canvas.textEnding(at: end, "cpu \(cpu) %", y: y, width: max(0, end - start))
            return
        }
        canvas.textEnding(at: end, after, y: y, width: after.count)
        let levels = glyphs.levels
        let means = usage.means(width)
        // All of what two processors can do, or more if more is used, is the top of the scale.
        let top = max(100, means.max() ?? 0)
        var line = ""
        for mean in means {
            let level = mean > 0 ? min(levels.count - 1, Int(mean / top * Double(levels.count - 1)) + 1) : 0
            line.unicodeScalars.append(mean > 0 ? levels[level] : levels[0])
        }
        let x = end - after.count - width
        canvas.text(line, x: x, y: y, style: Style(.bar))
        canvas.text(before, x: x - before.count, y: y)
    }
}
