/// One of the two halves of the screen.
enum Pane: Sendable, Hashable {
    case table, log
}
