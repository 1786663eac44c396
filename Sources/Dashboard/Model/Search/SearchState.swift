/// Where a search stands: what is looked for, and the place last found.
struct SearchState<Place: Sendable & Hashable>: Sendable, Hashable {
    var search: TextSearch
    /// The current place; `nil` as long as nothing is found.
    var current: Place?
}
