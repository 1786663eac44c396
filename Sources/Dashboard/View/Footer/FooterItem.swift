/// An item of the footer: a key, and the name of its action.
struct FooterItem {
    let label: String
    let name: String
    var target: ClickTarget?

    init(_ action: DashboardAction, _ name: String? = nil) {
        label = action.binding.label
        self.name = name ?? action.binding.name
        target = .action(action)
    }

    init(_ label: String, _ name: String, _ target: ClickTarget? = nil) {
        self.label = label
        self.name = name
        self.target = target
    }

    /// A text without a key.
    init(text: String) {
        self.init("", text)
    }

    var width: Int { label.isEmpty ? name.count : label.count + 1 + name.count }
}
