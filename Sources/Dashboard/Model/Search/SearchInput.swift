/// A text to look for, while it is being typed.
struct SearchInput: Sendable {
    /// Where the view was before: where it looks for each longer text from.
    enum Origin: Sendable, Hashable {
        case log(LogPane.Position)
        /// The first line on the screen.
        case line(Int)
    }

    var field = TextField()
    let scope: DashboardModel.SearchScope
    let origin: Origin
    /// What was looked for before.
    let previous: TextSearch?
    var isFound = true
}
