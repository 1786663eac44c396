/// A view above table and log.
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

    /// Whether it is a question that has not been on the screen yet.
    var isUnshownQuestion: Bool {
        switch self {
        case .confirmation(let confirmation): !confirmation.isShown
        case .prompt(let prompt): !prompt.isShown
        case .detail, .form, .menu, .dump, .help: false
        }
    }
}
