// What keys do in menus.
extension DashboardModel {
    func items(of menu: Menu) -> [Menu.Item] {
        switch menu.purpose {
        case .sort:
            TaskColumn.allCases.map { column in
                let letter = if case .character(let letter)? = column.key { Character(letter) } else { Character(" ") }
                let mark =
                    column == tasks.sortColumn ? (tasks.isDescending ? glyphs.descending : glyphs.ascending) : " "
                return Menu.Item(key: column.key, text: column.title, trailing: "\(Character(mark)) \(letter)")
            }
        case .time:
            TimeRange.choices.indices.map { index in
                let choice = TimeRange.choices[index]
                let mark = index == tasks.scope.timeRange.choiceIndex ? glyphs.done : " "
                return Menu.Item(
                    key: .character(choice.key), text: choice.text, trailing: "\(mark) \(Character(choice.key))")
            }
        case .copy(let subject): copyItems(of: subject).map { menuItem($0, of: subject) }
        }
    }

    mutating func handle(_ key: Key, in menu: Menu) -> [DashboardCommand] {
        let items = items(of: menu)
        if let index = items.firstIndex(where: { $0.key == key }) { return choose(index, of: menu) }
        if key == .enter || key == .character(" ") { return choose(menu.index, of: menu) }
        if key == .character("q") || DashboardAction(key) == menu.action {
            overlays.removeLast()
        } else if let motion = Motion(key) {
            var menu = menu
            menu.index = motion.moved(menu.index, count: items.count, page: items.count)
            replaceTop(by: .menu(menu))
        }
        return []
    }

    /// Chooses an item and closes the menu.
    mutating func choose(_ index: Int, of menu: Menu) -> [DashboardCommand] {
        overlays.removeLast()
        guard items(of: menu).indices.contains(index) else { return [] }
        switch menu.purpose {
        case .sort: tasks.sort(by: TaskColumn.allCases[index])
        case .time:
            if let range = TimeRange.choices[index].range {
                show(range)
            } else {
                overlays.append(.prompt(Prompt(purpose: .date, field: TextField())))
            }
        case .copy(let subject): return copy(copyItems(of: subject)[index], of: subject)
        }
        return []
    }
}

extension Menu {
    /// The action that opens it.
    var action: DashboardAction {
        switch purpose {
        case .sort: .sort
        case .time: .timeRange
        case .copy: .copy
        }
    }
}
