/// Why a task cannot be seen.
enum HiddenCause: Sendable, Hashable, CaseIterable {
    case filter, finished, timeRange
    /// It is above or below of what the screen shows.
    case page
    /// The log takes the table's place.
    case log

    /// Continues `1 hidden`, or `2`.
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
