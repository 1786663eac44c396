import TaskModel

extension DashboardModel {
    /// The contents of the screen.
    package var frame: Frame { render().frame }

    /// Draws the screen and registers its click targets.
    func render() -> Canvas {
        var canvas = Canvas(size: size, isUnicode: capabilities.isUnicode)
        let layout = layout
        guard !layout.isTooSmall else {
            drawTooSmall(on: &canvas)
            return canvas
        }
        drawHeader(on: &canvas, in: layout.header)
        drawPicture(on: &canvas, layout)
        drawFooter(on: &canvas, layout)
        for overlay in overlays.drop(while: \.coversPanes) { draw(overlay, on: &canvas, layout) }
        // Help may be above a detail.
        if overlays.count > 1, let top = overlays.last, top.coversPanes { draw(top, on: &canvas, layout) }
        return canvas
    }

    /// Draws the tasks and the log; greyed, and as they were, if they are out of date.
    private func drawPicture(on canvas: inout Canvas, _ layout: ScreenLayout) {
        var picture = self
        picture.now = pictureTime
        if let bottom = overlays.first, bottom.coversPanes {
            picture.draw(bottom, on: &canvas, layout)
        } else {
            if layout.table.height > 0 { picture.drawTable(on: &canvas, in: layout.table) }
            if layout.log.height > 0 { picture.drawLog(on: &canvas, in: layout.log) }
            if layout.side.width > 0 { picture.drawSide(on: &canvas, in: layout.side) }
        }
        guard isCutOff else { return }
        let end = layout.status.y
        canvas.restyle(Rect(x: 0, y: 1, width: size.width, height: end - 1)) {
            $0 = Style(.muted, reversed: $0.isReversed)
        }
    }

    private func drawTooSmall(on canvas: inout Canvas) {
        if case .confirmation(let confirmation) = overlays.last {
            // None of the lines may be truncated: a truncated number is a wrong number.
            let outcome = endOutcome
            let lines =
                confirmation.purpose == .quit
                ? ["y n: quit?"] + outcome.shortSentence.split(separator: ",").map { String($0.drop { $0 == " " }) }
                : ["y n: \(confirmation.purpose.ending?.action.rawValue ?? "")?"]
            for (y, line) in lines.enumerated() { canvas.text(line, x: 0, y: y, style: .bold) }
        } else {
            canvas.text("too small: \(size.width)x\(size.height)", x: 0, y: 0, style: .bold)
            canvas.text("need \(ScreenLayout.minimum.width)x\(ScreenLayout.minimum.height); q quits", x: 0, y: 1)
        }
    }

    private func draw(_ overlay: Overlay, on canvas: inout Canvas, _ layout: ScreenLayout) {
        switch overlay {
        case .detail(let pane): drawDetail(pane, on: &canvas, in: layout.body)
        case .help(let offset): drawHelp(from: offset.top, on: &canvas, in: layout.body)
        case .menu(let menu): drawMenu(menu, on: &canvas, in: layout.body)
        case .prompt(let prompt): drawPrompt(prompt, on: &canvas, in: layout.body)
        case .dump(let view): drawDump(view, on: &canvas, in: layout.body)
        case .confirmation(let confirmation): drawConfirmation(confirmation, on: &canvas, in: layout.body)
        case .form(let form): drawForm(form, on: &canvas, in: layout.body)
        }
    }
}

extension Overlay {
    /// Whether the overlay covers table and log.
    var coversPanes: Bool {
        switch self {
        case .detail, .help, .dump: true
        case .form, .menu, .prompt, .confirmation: false
        }
    }
}
