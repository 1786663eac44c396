/// What lies over the table and the log.
enum Overlay: Sendable {
    case detail(DetailPane)
    case form(TaskForm)
    case menu(Menu)
    case prompt(Prompt)
    case dump(DumpPane)
    case confirmation(Confirmation)
    case help(ScrollOffset)

    var isQuestion: Bool {
        if case .confirmation = self { true } else { false }
    }

    /// Whether it asks what cannot have been read yet.
    var isUnshownQuestion: Bool {
        switch self {
        case .confirmation(let confirmation): !confirmation.isShown
        case .prompt(let prompt): !prompt.isShown
        case .detail, .form, .menu, .dump, .help: false
        }
    }
}
