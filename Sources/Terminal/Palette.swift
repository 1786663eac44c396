package import Dashboard

/// The appearance of each style.
///
/// The 256-color numbers have a contrast of at least 3.3 on white and on black. Yellow is not used of the 8 colors: it
/// is unreadable on white.
package enum Palette {
    package static func appearance(of style: Style, depth: ColorDepth) -> Appearance {
        var appearance = Appearance()
        appearance.isBold = style.isBold
        appearance.isReversed = style.isReversed
        appearance.isUnderlined = style.isUnderlined
        if let program = style.program { appearance.apply(program, depth: depth) }
        let role = style.role
        switch depth {
        case _ where style.program != nil: break
        case .many: appearance.color = color256(role)
        case .sixteen, .eight: appearance.color = color8(role)
        case .none: break
        }
        switch role {
        case .heading:
            appearance.isUnderlined = true
        case .muted, .ended, .border, .barDone, .barRest:
            // Not with 256 colors: they include a gray, and some terminals do not draw dim text.
            appearance.isDim = depth != .many
        case .accent, .failed, .error, .warning:
            if depth == .none { appearance.isBold = true }
        case .plain, .running, .paused, .waiting, .stopping, .completed, .bar, .success: break
        }
        return appearance
    }

    private static func color256(_ role: Style.Role) -> Int? {
        switch role {
        case .plain, .heading: nil
        case .muted, .border, .ended, .barDone, .barRest: 244
        case .accent: 32
        case .running, .success: 28
        case .paused, .warning: 136
        case .waiting: 97
        case .stopping: 130
        case .completed, .bar: 31
        case .failed, .error: 160
        }
    }

    private static func color8(_ role: Style.Role) -> Int? {
        switch role {
        case .plain, .heading, .muted, .border, .ended, .barDone, .barRest, .waiting: nil
        case .accent, .completed, .bar: 6
        case .running, .success: 2
        case .paused, .warning, .stopping: 5
        case .failed, .error: 1
        }
    }
}
