extension DashboardModel {
    func drawMenu(_ menu: Menu, on canvas: inout Canvas, in rect: Rect) {
        let items = items(of: menu)
        let widths = items.map { CellText($0.text, isUnicode: capabilities.isUnicode).width + $0.trailing.count + 2 }
        let width = max(14, widths.max() ?? 0, menu.title.count + 4)
        let box = canvas.box(width: width + 4, height: items.count + 2, in: rect, title: menu.title)
        let page = max(0, box.height - 2)
        let top = max(0, min(menu.index - page / 2, items.count - page))
        for (offset, item) in items.dropFirst(top).prefix(page).enumerated() {
            let line = Rect(x: box.x + 1, y: box.y + 1 + offset, width: max(0, box.width - 2), height: 1)
            canvas.text(" \(item.text)", x: line.x, y: line.y, width: max(0, line.width - item.trailing.count - 1))
            canvas.textEnding(
                at: line.x + line.width - 1, item.trailing, y: line.y, width: max(0, line.width - 1), style: .accent)
            if top + offset == menu.index { canvas.restyle(line) { $0 = Style(.plain, reversed: true) } }
            canvas.register(.menuItem(item.choice), in: line)
        }
    }
}
