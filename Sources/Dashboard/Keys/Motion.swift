/// A movement, with the same keys in every view.
enum Motion: Sendable, Hashable, CaseIterable {
    case up, down, pageUp, pageDown, first, last, left, right

    /// The motion of a key; `nil` if the key does not move.
    ///
    /// `l` means right only where it is not the key of the log.
    init?(_ key: Key) {
        switch key {
        case .up, .character("k"): self = .up
        case .down, .character("j"): self = .down
        case .left, .character("h"): self = .left
        case .right, .character("l"): self = .right
        case .pageUp, .control("b"), .control("u"): self = .pageUp
        case .pageDown, .control("f"), .control("d"): self = .pageDown
        case .home, .character("g"): self = .first
        case .end, .character("G"): self = .last
        default: return nil
        }
    }

    /// The position after the motion, in a list of `count` elements of which `page` are on the screen.
    func moved(_ position: Int, count: Int, page: Int) -> Int {
        let target =
            switch self {
            case .up: position - 1
            case .down: position + 1
            case .pageUp: position - max(1, page - 1)
            case .pageDown: position + max(1, page - 1)
            case .first: 0
            case .last: count - 1
            case .left, .right: position
            }
        return max(0, min(count - 1, target))
    }

    static let explanation: [(keys: String, explanation: String)] = [
        ("Up Down j k", "one line"), ("PgUp PgDn ^U ^D", "one page"), ("Home End g G", "to the first or last"),
        ("Left Right h l", "sideways; between buttons and choices"), ("Esc", "always one step back"),
    ]
}
