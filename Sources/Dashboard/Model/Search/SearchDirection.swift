/// The direction of a search.
enum SearchDirection: Sendable, Hashable {
    case forward, backward

    /// The first match in a list of `count` elements.
    ///
    /// - Parameters:
    ///   - view: the elements on the screen.
    ///   - isFirst: whether it is a new search; others go on behind `start`.
    func find(in view: Range<Int>, count: Int, from start: Int, isFirst: Bool, _ isMatch: (Int) -> Bool) -> Int? {
        guard isFirst else { return indices(from: start, count: count).first(where: isMatch) }
        // On the screen, or else nearest above: the newest.
        return view.first(where: isMatch)
            ?? Self.backward.indices(from: view.lowerBound, count: count).first(where: isMatch)
    }

    /// The indices of a list of `count` elements in search order: from the neighbor of `start`, around the end, to
    /// `start`.
    func indices(from start: Int, count: Int) -> [Int] {
        switch self {
        case .forward: Array(max(0, start + 1)..<max(count, start + 1)) + Array(0..<min(count, start + 1))
        case .backward:
            Array(0..<max(0, min(count, start))).reversed() + Array(max(0, min(count, start))..<count).reversed()
        }
    }

    /// The index beside which a search begins: the current one if it is in view, else the edge of the view.
    func start(in view: Range<Int>, current: Int?) -> Int {
        if let current, view.contains(current) { return current }
        return self == .forward ? view.lowerBound - 1 : view.upperBound
    }

    /// Whether a search that began beside `start` and ended at `found` wrapped around an end.
    func hasWrapped(from start: Int, to found: Int) -> Bool {
        self == .forward ? found <= start : found >= start
    }
}
