/// One of the two panes of the screen.
enum Pane: Sendable, Hashable {
    case table, log
}
