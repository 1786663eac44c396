/// The text being typed for the focused pane.
enum PaneInput: Sendable {
    case filter(TextField)
    case rowSearch(RowSearch)
}
