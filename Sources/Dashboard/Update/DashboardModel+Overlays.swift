// Keys in overlays.
extension DashboardModel {
    mutating func handle(_ key: Key, in overlay: Overlay) -> [DashboardCommand] {
        if key == .escape {
            overlays.removeLast()
            return []
        }
        switch overlay {
        case .detail: return handleDetailKey(key)
        case .form(let form): return handle(key, in: form)
        case .menu(let menu): return handle(key, in: menu)
        case .prompt(let prompt): return handle(key, in: prompt)
        case .dump(let view): return handle(key, in: view)
        case .confirmation(let confirmation): return handle(key, in: confirmation)
        case .help(let offset): handleHelpKey(key, at: offset)
        }
        return []
    }

    mutating func replaceTop(by overlay: Overlay) {
        overlays[overlays.count - 1] = overlay
    }

    // MARK: - Help

    private mutating func handleHelpKey(_ key: Key, at offset: ScrollOffset) {
        if key == .enter || key == DashboardAction.closeKey || DashboardAction(key) == .help {
            overlays.removeLast()
        } else if let motion = Motion(key) {
            var offset = offset
            offset.move(motion, count: HelpText.lines.count, page: HelpText.page(on: size))
            replaceTop(by: .help(offset))
        }
    }

    // MARK: - Confirmation

    private mutating func handle(_ key: Key, in confirmation: Confirmation) -> [DashboardCommand] {
        var confirmation = confirmation
        switch key {
        case .character("y"), .character("Y"): return press(.confirm, in: confirmation)
        case .character("n"), .character("N"), DashboardAction.closeKey: return press(.cancel, in: confirmation)
        case .enter, .character(" "): return press(confirmation.selected, in: confirmation)
        case .left, .right, .tab, .backTab, .character("h"), .character("l"):
            confirmation.selected = confirmation.selected == .cancel ? .confirm : .cancel
            replaceTop(by: .confirmation(confirmation))
        default: break
        }
        return []
    }

    /// Closes the question and performs what was confirmed.
    mutating func press(_ button: Confirmation.Button, in confirmation: Confirmation) -> [DashboardCommand] {
        overlays.removeLast()
        switch button {
        case .cancel: return []
        case .confirm:
            guard let (action, targets) = confirmation.purpose.ending else { return endServiceNow() }
            return end(targets.ids, by: action)
        }
    }
}
