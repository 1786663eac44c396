/// One of the panes of the screen.
enum Pane: Sendable, Hashable {
    case table, log
    /// The output of the task beside the table, or of the one in the detail.
    case output
}
