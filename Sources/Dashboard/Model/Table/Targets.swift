import TaskModel

/// The tasks that an action would hit, and how many of them cannot be seen.
struct Targets: Sendable, Hashable {
    /// What makes them the targets.
    enum Source: Sendable, Hashable {
        /// The detail shows it.
        case detail(TaskID)
        case selection(TaskID)
        case tags(Set<TaskID>)
        /// There is no task.
        case none
    }

    let source: Source
    /// How many are hidden, by the cause.
    let hidden: [HiddenCause: Int]

    /// Oldest first.
    var ids: [TaskID] {
        switch source {
        case .detail(let id), .selection(let id): [id]
        case .tags(let ids): ids.sorted()
        case .none: []
        }
    }

    var count: Int {
        switch source {
        case .detail, .selection: 1
        case .tags(let ids): ids.count
        case .none: 0
        }
    }

    var hiddenCount: Int { hidden.values.reduce(0, +) }

    /// `1 hidden by the filter, 2 on another page`; empty if all can be seen.
    var hiddenText: String {
        let causes = HiddenCause.allCases.filter { hidden[$0, default: 0] > 0 }
        return causes.map { $0.text(count == 1 ? nil : hidden[$0]) }.joined(separator: ", ")
    }

    /// `…A8Q4ZE`, `3 tagged (1 hidden by the filter)`; empty if there is no task.
    func text(_ glyphs: Glyphs) -> String {
        let name = shortText(glyphs)
        return hidden.isEmpty ? name : "\(name) (\(hiddenText))"
    }

    /// `…A8Q4ZE`, `3 tagged`; empty if there is no task.
    func shortText(_ glyphs: Glyphs) -> String {
        switch source {
        case .detail(let id), .selection(let id): Format.short(id, glyphs)
        case .tags(let ids): "\(ids.count) tagged"
        case .none: ""
        }
    }
}
