/// The reason why a task is not visible.
enum HiddenCause: Sendable, Hashable, CaseIterable {
    case filter, finished, timeRange
    /// Its row is above or below the screen.
    case page
    /// The log covers the table.
    case log

    /// The cause as a phrase, with a count if there is one: `2 hidden by the filter`.
    func text(_ count: Int?) -> String {
        let words =
            switch self {
            case .filter: "hidden by the filter"
            case .finished: "hidden as finished"
            case .timeRange: "hidden by the time"
            case .page: "on another page"
            case .log: "behind the log"
            }
        return count.map { "\($0) \(words)" } ?? words
    }
}
