import TaskModel

/// The meaning of a click on a part of the screen.
enum ClickTarget: Sendable, Hashable {
    case task(TaskID)
    case column(TaskColumn)
    case action(DashboardAction)
    case pane(Pane)
    case menuItem(Menu.Choice)
    case button(Confirmation.Button)
    /// An element of the form that can have the focus.
    case formElement(TaskForm.Focus)
    /// The name of a task type in the form.
    case taskType(String)
    /// One step back.
    case back
    /// A part of an overlay without a meaning of its own.
    case overlay
}
