import TaskModel

// The header: alarms first, then the numbers of tasks and the scope of the table.
extension DashboardModel {
    func drawHeader(on canvas: inout Canvas, in rect: Rect) {
        let end = rect.x + rect.width - 1
        if rect.height == 1 {
            let x = drawAlarms(on: &canvas, from: rect.x + 1, until: end, y: rect.y)
            drawCounts(on: &canvas, x: x, until: end, y: rect.y)
            return
        }
        var x = drawAlarms(on: &canvas, from: rect.x + 1, until: end, y: rect.y)
        x = drawService(on: &canvas, from: x, until: end, y: rect.y)
        drawUsage(on: &canvas, from: x, until: end, y: rect.y)
        drawCountsAndScope(on: &canvas, from: rect.x + 1, until: end, y: rect.y + 1)
    }

    /// Draws the title and the alarms; the title is omitted first.
    ///
    /// - Returns: The column of the next part.
    private func drawAlarms(on canvas: inout Canvas, from start: Int, until end: Int, y: Int) -> Int {
        let title = HeaderLine.Part(["taskdeck"], .bold)
        let alarms = alarms.map { HeaderLine.Part($0.wordings, $0.style) }
        let (isUnicode, room) = (capabilities.isUnicode, end - start)
        var gap = 2
        var line = HeaderLine(alarms + [title], .allParts, width: room, gap: gap, isUnicode: isUnicode)
        if line.texts.dropLast().contains(nil) {
            gap = 1
            line = HeaderLine(alarms + [title], .allParts, width: room, gap: gap, isUnicode: isUnicode)
        }
        // The number of alarms that do not fit is shown.
        if line.texts.dropLast().contains(nil) {
            line = HeaderLine(alarms, .allParts, width: room - 3, gap: gap, isUnicode: isUnicode)
        }
        var x = start
        if line.texts.count > alarms.count, let text = line.texts.last ?? nil {
            x = canvas.text(text, x: x, y: y, style: title.style) + gap
        }
        for (part, text) in zip(alarms, line.texts) {
            guard let text else { continue }
            x = canvas.text(text, x: x, y: y, style: part.style) + gap
        }
        let missing = line.texts.prefix(alarms.count).count { $0 == nil }
        return missing == 0 ? x : canvas.text("+\(missing)", x: x, y: y, style: .bold) + gap
    }

    private func drawService(on canvas: inout Canvas, from start: Int, until end: Int, y: Int) -> Int {
        let parts = serviceParts
        let line = HeaderLine(parts, .untilFull, width: end - start, isUnicode: capabilities.isUnicode)
        var x = start
        for (part, text) in zip(parts, line.texts) {
            if let text { x = canvas.text(text, x: x, y: y, style: part.style) + 2 }
        }
        return x
    }

    /// Where the service is, its version if that is another one, and its uptime.
    private var serviceParts: [HeaderLine.Part] {
        let place = address ?? "starting"
        func uptime(_ time: Duration) -> HeaderLine.Part {
            HeaderLine.Part(["up \(Format.duration(milliseconds: time.wholeMilliseconds))"])
        }
        guard let attachment else { return [HeaderLine.Part([place], .accent), uptime(now.uptime)] }
        let version = attachment.version.map { version in
            HeaderLine.Part(["version \(version), here \(taskdeckVersion)", "version \(version)"], Style(.warning))
        }
        return [HeaderLine.Part(["attached to \(place)", place], .accent)] + [version].compactMap(\.self)
            + [attachment.uptime(at: now).map(uptime)].compactMap(\.self)
    }

    // MARK: - Counts

    private func drawCountsAndScope(on canvas: inout Canvas, from start: Int, until end: Int, y: Int) {
        let parts = scopeParts
        // The scope is more important than words beside the state symbols.
        let counts = countsLine(width: end - start, mayHaveWords: false).width
        let room = max(end - start - counts - 2, (end - start) / 2)
        let line = HeaderLine(parts, .inTurn, width: room, isUnicode: capabilities.isUnicode)
        let isEmpty = line.width == 0
        drawCounts(on: &canvas, x: start, until: isEmpty ? end : end - line.width - 2, y: y)
        var x = end - line.width
        for (part, text) in zip(parts, line.texts) {
            if let text { x = canvas.text(text, x: x, y: y, style: part.style) + 2 }
        }
    }

    /// Tags, scope and selection, most important first.
    private var scopeParts: [HeaderLine.Part] {
        var parts: [HeaderLine.Part] = []
        if !tasks.tags.isEmpty { parts.append(HeaderLine.Part(["\(tasks.tags.count) tagged"], .accent)) }
        let hidden = tasks.rows.count - tasks.order.count
        let scope = tasks.scope.texts(localTime, glyphs)
        if !scope.isEmpty {
            let words = "shown: " + scope.joined(separator: " \(glyphs.dot) ")
            let short = "\(hidden) hidden"
            parts.append(
                HeaderLine.Part(hidden > 0 ? ["\(words), \(short)", short] : [words], Style(.warning)))
        }
        if capabilities.hasMouse, !mouseIsOn { parts.append(HeaderLine.Part(["mouse off"], .muted)) }
        if !tasks.order.isEmpty {
            parts.append(HeaderLine.Part(["\(tasks.selectedIndex + 1) of \(tasks.order.count)"], .muted))
        }
        return parts
    }

    /// The number of tasks in each state, with words or with symbols only.
    private var countParts: [HeaderLine.Part] {
        var parts: [HeaderLine.Part] = []
        if let attachment, attachment.isLoading {
            let count = tasks.rows.count
            let total = attachment.taskCount.map { max($0, count) }
            parts.append(
                HeaderLine.Part(
                    total.map { ["loaded \(count) of \($0) tasks", "loaded \(count)/\($0)"] } ?? ["loading tasks"],
                    Style(.warning)))
        }
        for state in Self.countOrder {
            let count = tasks.counts[state] ?? 0
            let symbol = glyphs.symbol(state)
            if state == .running, let limit = queue.maxRunning, tasks.aliveCount > 0 {
                parts.append(
                    HeaderLine.Part(
                        ["\(symbol) \(count) of \(limit) running", "\(symbol) \(count)/\(limit)"],
                        Style(Style.Role(state))))
            } else if count > 0 {
                parts.append(
                    HeaderLine.Part(
                        ["\(symbol) \(count) \(state.rawValue)", "\(symbol) \(count)"], Style(Style.Role(state))))
            }
        }
        return parts.isEmpty ? [HeaderLine.Part(["no tasks"], .muted)] : parts
    }

    /// The counts with words, or all of them with symbols only if the words do not fit.
    private func countsLine(width: Int, mayHaveWords: Bool = true) -> HeaderLine {
        func line(_ wording: (HeaderLine.Part) -> [String]) -> HeaderLine {
            HeaderLine(
                countParts.map { HeaderLine.Part(wording($0)) }, .untilFull, width: width,
                isUnicode: capabilities.isUnicode)
        }
        let words = line { Array($0.wordings.prefix(1)) }
        return mayHaveWords && words.missing == 0 ? words : line { Array($0.wordings.suffix(1)) }
    }

    private func drawCounts(on canvas: inout Canvas, x: Int, until end: Int, y: Int) {
        var x = x
        for (part, text) in zip(countParts, countsLine(width: end - x).texts) {
            if let text { x = canvas.text(text, x: x, y: y, style: part.style) + 2 }
        }
    }

    /// The most interesting states first.
    private static let countOrder: [TaskState] = [
        .running, .paused, .failed, .queued, .starting, .stopping, .completed, .terminated, .killed,
    ]

    // MARK: - Usage

    /// Draws CPU and memory usage of all workers, with a sparkline of the last minutes.
    private func drawUsage(on canvas: inout Canvas, from start: Int, until end: Int, y: Int) {
        let cpu = "\(Format.cpu(percent: usage.cpuPercent)) %"
        let memory = "mem \(usage.memory.text(glyphs))"
        let (before, after) = ("cpu ", " \(cpu)  \(memory)")
        let room = end - start - before.count - after.count
        let width = min(30, room)
        guard room >= 0 else {
            let line = HeaderLine(
                [HeaderLine.Part(["cpu \(cpu)"]), HeaderLine.Part([memory])], .untilFull, width: end - start,
                isUnicode: capabilities.isUnicode)
            let text = line.texts.compactMap(\.self).joined(separator: "  ")
            canvas.textEnding(at: end, text, y: y, width: max(0, end - start))
            return
        }
        canvas.textEnding(at: end, after, y: y, width: after.count)
        let levels = glyphs.levels
        let means = usage.means(width)
        // The top of the scale is one processor, or more if more is used.
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
