/// A line of the text about a task.
enum DetailLine: Sendable {
    case heading(String)
    /// A label, empty in continuation lines, and its text.
    case text(label: String, Substring, Style)

    /// Whether a match of a search begins in this line.
    func matches(_ search: TextSearch) -> Bool {
        switch self {
        case .heading(let text): return search.occurs(in: text)
        case .text(let label, let text, _):
            if search.occurs(in: text) || search.occurs(in: label) { return true }
            let rest = text.following(search.length - 1)
            return !rest.isEmpty && search.occurs(in: text + rest)
        }
    }
}
