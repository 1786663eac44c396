/// A search and the place found last.
struct SearchState<Place: Sendable & Hashable>: Sendable, Hashable {
    var search: TextSearch
    /// The place found last; `nil` if none has been found yet.
    var current: Place?
}
