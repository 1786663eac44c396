/// The part of the screen that a search looks at.
enum SearchScope: Sendable, Hashable {
    case log, detail, dump, output
}
