/// A text that is looked for in the rows while it is edited.
struct RowSearch: Sendable {
    var field: TextField
    /// Whether a row matches.
    var isFound = true
    /// Whether the text is that of the search before: what is typed first takes its place.
    var isPrevious = false
}
