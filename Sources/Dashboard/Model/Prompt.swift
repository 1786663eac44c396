import TaskModel

/// A question that is answered with a line of text.
struct Prompt: Sendable {
    enum Purpose: Sendable, Hashable {
        /// The priority of these tasks.
        case priority([TaskID])
        /// The day whose tasks are shown.
        case date
        /// The file that a text is written to.
        case fileName(SavedText)
    }

    let purpose: Purpose
    var field: TextField
    /// What is wrong with the text.
    var problem: String?

    var title: String {
        switch purpose {
        case .priority: "Priority"
        case .date: "Show the tasks of a day"
        case .fileName: "Write to a file"
        }
    }

    /// What would be right.
    var hint: String {
        switch purpose {
        case .priority: "-100 to 100; the higher, the sooner"
        case .date: "a date such as 2026-11-24"
        case .fileName: "a new file; Enter writes it"
        }
    }
}
