/// A search whose text is being typed.
struct SearchInput: Sendable {
    /// The view before the search: the search of each longer text begins there.
    enum Origin: Sendable, Hashable {
        case log(LogPane.Position)
        /// The first line on the screen.
        case detail(top: Int)
        case dump(top: Int)
        case output(OutputPane.Position)

        var scope: SearchScope {
            switch self {
            case .log: .log
            case .detail: .detail
            case .dump: .dump
            case .output: .output
            }
        }
    }

    var field = TextField()
    let origin: Origin
    /// The search before this one.
    let previous: TextSearch?
    var isFound = true

    var scope: SearchScope { origin.scope }
}
