import TaskModel

// The output of the task in the detail, or beside the table.
extension DashboardModel {
    /// Updates the task whose output is shown.
    ///
    /// - Returns: A request for what is missing of its output, one at a time.
    mutating func updateOutput() -> [DashboardCommand] {
        var commands: [DashboardCommand] = []
        let id = detailedTask ?? (showsSide ? tasks.selection : nil)
        if id != output?.id {
            output = id.map { OutputPane($0, like: output) }
            commands.append(.followOutput(id))
        }
        if let id, let query = output?.nextQuery() { commands.append(.readOutput(id, query)) }
        return commands
    }

    mutating func apply(_ result: Result<OutputPage?, TaskError>, of id: TaskID, for query: OutputQuery) {
        guard output?.id == id else { return }
        let wasShown = output?.isShown
        let wasSearching = output?.furtherSearch != nil
        withOutput { $0.apply(result, for: query, $1) }
        if wasSearching { endFurtherSearch() }
        // The text has less room beside output.
        if output?.isShown != wasShown { writeDetail() }
    }

    // MARK: - Keys

    mutating func performInOutput(_ action: DashboardAction) {
        guard output?.isShown == true else {
            return showMessage(.failure, "there is no output of a program on the screen")
        }
        withOutput { output, page in
            switch action {
            case .follow: output.toggleFollow(page)
            case .wrap: output.toggleWrap(page)
            case .streams: output.nextStream()
            default: break
            }
        }
    }

    /// Performs an action of the log on the output in the detail.
    mutating func performInDetail(_ action: DashboardAction) {
        guard output?.isShown == true else { return }
        switch action {
        case .nextPane:
            withDetail { pane in
                pane.outputIsFull = false
                pane.focus = pane.focus == .output ? .text : .output
            }
        case .logHeight:
            withDetail { pane in
                pane.outputIsFull.toggle()
                pane.focus = .output
            }
        default: performInOutput(action)
        }
    }

    /// Changes the output that is shown.
    @discardableResult
    mutating func withOutput<Value>(_ change: (inout OutputPane, OutputPageSize) -> Value) -> Value? {
        let page = outputPage
        guard var output else { return nil }
        // So that its lines are not copied.
        self.output = nil
        defer { self.output = output }
        return change(&output, page)
    }

    // MARK: - Layout

    /// The output beside the table; `nil` if there is none.
    var sideOutput: OutputPane? {
        guard showsSide, let output, output.isShown, output.id == tasks.selection, detailedTask == nil else {
            return nil
        }
        return output
    }

    /// The output in the detail, if it has the focus.
    var detailOutput: OutputPane? {
        guard case .detail(let pane) = overlays.last, let output, output.isShown, output.id == pane.id,
            pane.focus == .output
        else { return nil }
        return output
    }

    /// The output that receives keys; `nil` if another pane does.
    var focusedOutput: OutputPane? {
        detailedTask == nil ? focus == .output ? sideOutput : nil : detailOutput
    }

    /// The room for the text and for the output beside the table.
    var sideSplit: (text: Rect, output: Rect) {
        let side = layout.side
        let inner = Rect(x: side.x + 1, y: side.y + 1, width: max(0, side.width - 1), height: layout.sideLines)
        guard let output = sideOutput, output.id == self.side?.id else {
            return (inner, Rect(x: inner.x, y: inner.y, width: 0, height: 0))
        }
        return Self.split(inner, textLines: self.side?.text.count ?? 0)
    }

    /// The room for the text and for the output in the detail.
    var detailSplit: (text: Rect, output: Rect) {
        let body = layout.body
        let inner = Rect(x: body.x, y: body.y + 1, width: body.width, height: layout.detailLines)
        let none = Rect(x: inner.x, y: inner.y, width: 0, height: 0)
        for case .detail(let pane) in overlays {
            guard let output, output.isShown, output.id == pane.id else { break }
            if pane.outputIsFull { return (none, inner) }
            // Without room for both, only the part with the focus is shown.
            if inner.height < Self.minimumHeight { return pane.focus == .output ? (none, inner) : (inner, none) }
            return Self.split(inner, textLines: pane.text.count)
        }
        return (inner, none)
    }

    /// The number of lines of the detail's text on the screen.
    var detailTextLines: Int { detailSplit.text.height }

    private static let minimumHeight = 9

    /// Splits a rectangle; the text has at most two fifths of it.
    private static func split(_ rect: Rect, textLines: Int) -> (text: Rect, output: Rect) {
        let height = min(textLines, max(3, rect.height * 2 / 5))
        return (
            Rect(x: rect.x, y: rect.y, width: rect.width, height: height),
            Rect(x: rect.x, y: rect.y + height, width: rect.width, height: rect.height - height)
        )
    }

    /// The room for the output that is shown.
    var outputPage: OutputPageSize {
        let rect = detailedTask == nil ? sideSplit.output : detailSplit.output
        return OutputPageSize(
            rows: max(0, rect.height - 1), width: output.map { Self.textWidth(of: $0, in: rect) } ?? 1)
    }
}
