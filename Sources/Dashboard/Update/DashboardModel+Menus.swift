// Menus: their items, keys and choices.
extension DashboardModel {
    func items(of menu: Menu) -> [Menu.Item] {
        switch menu.purpose {
        case .sort:
            TaskColumn.allCases.map { column in
                let letter = if case .character(let letter)? = column.key { Character(letter) } else { Character(" ") }
                let mark =
                    column == tasks.sortColumn ? (tasks.isDescending ? glyphs.descending : glyphs.ascending) : " "
                return Menu.Item(
                    choice: .sort(column), key: column.key, text: column.title,
                    trailing: "\(Character(mark)) \(letter)")
            }
        case .time:
            TimeRange.choices.indices.map { index in
                let choice = TimeRange.choices[index]
                let mark = index == tasks.scope.timeRange.choiceIndex ? glyphs.done : " "
                return Menu.Item(
                    choice: choice.choice, key: .character(choice.key), text: choice.text,
                    trailing: "\(mark) \(Character(choice.key))")
            }
        case .copy(let subject): copyItems(of: subject).map { menuItem($0, of: subject) }
        }
    }

    mutating func handle(_ key: Key, in menu: Menu) -> [DashboardCommand] {
        let items = items(of: menu)
        if let item = items.first(where: { $0.key == key }) { return choose(item.choice, of: menu) }
        if key == .enter || key == .character(" "), items.indices.contains(menu.index) {
            return choose(items[menu.index].choice, of: menu)
        }
        if key == DashboardAction.closeKey || DashboardAction(key) == menu.action {
            overlays.removeLast()
        } else if let motion = Motion(key) {
            var menu = menu
            menu.index = motion.moved(menu.index, count: items.count, page: items.count)
            replaceTop(by: .menu(menu))
        }
        return []
    }

    /// Closes the menu and applies a choice.
    mutating func choose(_ choice: Menu.Choice, of menu: Menu) -> [DashboardCommand] {
        overlays.removeLast()
        switch (choice, menu.purpose) {
        case (.sort(let column), _): tasks.sort(by: column)
        case (.timeRange(let range), _): show(range)
        case (.day, _): overlays.append(.prompt(Prompt(purpose: .date, field: TextField())))
        case (.copy(let item), .copy(let subject)): return copy(item, of: subject)
        case (.copy, .sort), (.copy, .time): break
        }
        return []
    }
}

extension Menu {
    /// The action that opens the menu.
    var action: DashboardAction {
        switch purpose {
        case .sort: .sort
        case .time: .timeRange
        case .copy: .copy
        }
    }
}
