/// What a place on the screen stands for when it is clicked.
enum ClickTarget: Sendable, Hashable {
    case task(index: Int)
    case column(TaskColumn)
    case action(DashboardAction)
    case pane(Pane)
    /// A button, a menu's item or a form's field, by number.
    case item(Int)
    /// One step back.
    case back
    /// Inside an overlay, on nothing in particular.
    case overlay
}
