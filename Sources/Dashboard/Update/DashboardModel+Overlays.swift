// What keys do in what lies over the panes.
extension DashboardModel {
    mutating func take(_ key: Key, over overlay: Overlay) -> [DashboardCommand] {
        if key == .escape {
            overlays.removeLast()
            return []
        }
        switch overlay {
        case .detail: return handleForDetail(key)
        case .form(let form): return handle(key, in: form)
        case .menu(let menu): return handle(key, in: menu)
        case .prompt(let prompt): return handle(key, in: prompt)
        case .dump(let view): return handleForDump(key, in: view)
        case .confirmation(let asked): return take(key, for: asked)
        case .help(let top): takeForHelp(key, at: top)
        }
        return []
    }

    mutating func replaceTop(by overlay: Overlay) {
        overlays[overlays.count - 1] = overlay
    }

    // MARK: - Help

    private mutating func takeForHelp(_ key: Key, at top: Int) {
        if key == .enter || key == .character("?") || key == .character("q") {
            overlays.removeLast()
        } else if let motion = Motion(key) {
            let page = HelpText.page(on: size)
            // What is moved is the top line, of which there are as many as the last page leaves.
            replaceTop(by: .help(motion.moved(top, count: max(1, HelpText.lines.count - page + 1), page: page)))
        }
    }

    // MARK: - Confirmation

    private mutating func take(_ key: Key, for asked: Confirmation) -> [DashboardCommand] {
        var asked = asked
        switch key {
        case .character("y"), .character("Y"): return answer(asked, true)
        case .character("n"), .character("N"), .character("q"): return answer(asked, false)
        case .enter, .character(" "): return answer(asked, asked.confirms)
        case .left, .right, .tab, .backTab, .character("h"), .character("l"):
            asked.confirms.toggle()
            replaceTop(by: .confirmation(asked))
        default: break
        }
        return []
    }

    mutating func answer(_ asked: Confirmation, _ confirms: Bool) -> [DashboardCommand] {
        overlays.removeLast()
        guard confirms else { return [] }
        switch asked.purpose {
        case .quit: return [.quit]
        case .kill(let ids): return end(ids, by: .kill)
        case .terminate(let ids): return end(ids, by: .terminate)
        }
    }
}
