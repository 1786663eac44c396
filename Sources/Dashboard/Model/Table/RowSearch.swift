/// A search in the rows while its text is being edited.
struct RowSearch: Sendable {
    var field: TextField
    /// Whether a row matches.
    var isFound = true
    /// Whether the text is that of the previous search; the first input replaces it.
    var isPrevious = false
}
