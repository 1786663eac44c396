/// One line of the text on a task.
enum DetailLine: Sendable {
    case heading(String)
    /// A label, empty where a text goes on, and what belongs to it.
    case text(label: String, Substring, Style)

    /// Whether a search finds something that begins in it.
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
