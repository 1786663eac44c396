// What keys do in what lies over the panes.
extension DashboardModel {
    mutating func handle(_ key: Key, in overlay: Overlay) -> [DashboardCommand] {
        if key == .escape {
            overlays.removeLast()
            return []
        }
        switch overlay {
        case .detail: return handleForDetail(key)
        case .form(let form): return handle(key, in: form)
        case .menu(let menu): return handle(key, in: menu)
        case .prompt(let prompt): return handle(key, in: prompt)
        case .dump(let view): return handle(key, in: view)
        case .confirmation(let confirmation): return handle(key, in: confirmation)
        case .help(let top): handleForHelp(key, at: top)
        }
        return []
    }

    mutating func replaceTop(by overlay: Overlay) {
        overlays[overlays.count - 1] = overlay
    }

    // MARK: - Help

    private mutating func handleForHelp(_ key: Key, at top: Int) {
        if key == .enter || key == .character("?") || key == .character("q") {
            overlays.removeLast()
        } else if let motion = Motion(key) {
            let page = HelpText.page(on: size)
            // What is moved is the top line, of which there are as many as the last page leaves.
            replaceTop(by: .help(motion.moved(top, count: max(1, HelpText.lines.count - page + 1), page: page)))
        }
    }

    // MARK: - Confirmation

    private mutating func handle(_ key: Key, in confirmation: Confirmation) -> [DashboardCommand] {
        var confirmation = confirmation
        switch key {
        case .character("y"), .character("Y"): return resolve(confirmation, true)
        case .character("n"), .character("N"), .character("q"): return resolve(confirmation, false)
        case .enter, .character(" "): return resolve(confirmation, confirmation.confirms)
        case .left, .right, .tab, .backTab, .character("h"), .character("l"):
            confirmation.confirms.toggle()
            replaceTop(by: .confirmation(confirmation))
        default: break
        }
        return []
    }

    mutating func resolve(_ confirmation: Confirmation, _ confirms: Bool) -> [DashboardCommand] {
        overlays.removeLast()
        guard confirms else { return [] }
        switch confirmation.purpose {
        case .quit: return [.quit]
        case .kill(let ids): return end(ids, by: .kill)
        case .terminate(let ids): return end(ids, by: .terminate)
        }
    }
}
