/// The keys of an action, and its texts for footer, help and README.
struct KeyBinding {
    let group: DashboardAction.Group
    /// The keys; empty for an action whose keys are bound elsewhere.
    let keys: [Key]
    /// The key as documentation writes it.
    let label: String
    /// The name of the action in the footer.
    let name: String
    /// The line in the help and the README.
    let explanation: String
}
