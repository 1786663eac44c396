import TaskModel

/// The tasks that an action applies to, and how many of them are not visible.
struct Targets: Sendable, Hashable {
    /// The origin of the targets.
    enum Source: Sendable, Hashable {
        /// The task of the open detail.
        case detail(TaskID)
        case selection(TaskID)
        case tags(Set<TaskID>)
        /// No task.
        case none
    }

    let source: Source
    /// The number of tasks that are not visible, by cause.
    let hidden: [HiddenCause: Int]

    /// The ids, oldest first.
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

    /// `1 hidden by the filter, 2 on another page`; empty if all are visible.
    var hiddenText: String {
        let causes = HiddenCause.allCases.filter { hidden[$0, default: 0] > 0 }
        return causes.map { $0.text(count == 1 ? nil : hidden[$0]) }.joined(separator: ", ")
    }

    /// `…A8Q4ZE`, `3 tagged (1 hidden by the filter)`; empty without a task.
    func text(_ glyphs: Glyphs) -> String {
        let name = shortText(glyphs)
        return hidden.isEmpty ? name : "\(name) (\(hiddenText))"
    }

    /// `…A8Q4ZE`, `3 tagged`; empty without a task.
    func shortText(_ glyphs: Glyphs) -> String {
        switch source {
        case .detail(let id), .selection(let id): Format.short(id, glyphs)
        case .tags(let ids): "\(ids.count) tagged"
        case .none: ""
        }
    }
}
