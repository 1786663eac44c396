/// Which way a search goes.
enum SearchDirection: Sendable, Hashable {
    case forward, backward

    /// The indices of a list of `count` in the order in which to look, beginning beside `start` and going round once;
    /// `start` itself comes last.
    func indices(from start: Int, count: Int) -> [Int] {
        switch self {
        case .forward: Array(max(0, start + 1)..<max(count, start + 1)) + Array(0..<min(count, start + 1))
        case .backward:
            Array(0..<max(0, min(count, start))).reversed() + Array(max(0, min(count, start))..<count).reversed()
        }
    }
}
