import TaskModel

// What keys do in menus and prompts.
extension DashboardModel {
    // MARK: - Menus

    func items(of menu: Menu) -> [Menu.Item] {
        switch menu.purpose {
        case .sort:
            TaskColumn.allCases.map { column in
                let mark =
                    column == tasks.sortColumn
                    ? String(Character(tasks.isDescending ? glyphs.descending : glyphs.ascending)) : ""
                return Menu.Item(key: nil, text: column.title, note: mark)
            }
        case .time: AgeLimit.allCases.map { Menu.Item(key: nil, text: $0.text) }
        case .copy: []
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
        case .time: break
        case .copy: break
        }
        return []
    }

    // MARK: - Prompts

    mutating func handle(_ key: Key, in prompt: Prompt) -> [DashboardCommand] {
        if key == .enter { return submit(prompt) }
        var prompt = prompt
        if prompt.field.take(key) { prompt.problem = nil }
        replaceTop(by: .prompt(prompt))
        return []
    }

    /// Takes the text, or says what is wrong with it.
    private mutating func submit(_ prompt: Prompt) -> [DashboardCommand] {
        switch prompt.purpose {
        case .priority, .date, .fileName: overlays.removeLast()
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
