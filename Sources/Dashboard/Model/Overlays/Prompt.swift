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
    /// Whether the text is what there is now: what is typed or pasted first takes its place.
    var isPrefilled = false
    /// What is wrong with the text.
    var problem: String?
    /// Whether the text is in use, and what comes of it is not known yet.
    var isAnswered = false
    /// Whether it is on the screen, and nothing that was typed ahead is left, where its answer changes tasks.
    var isShown = true

    func title(_ glyphs: Glyphs) -> String {
        switch purpose {
        case .priority(let ids):
            "Priority of \(ids.count == 1 ? ids.map { Format.short($0, glyphs) }.joined() : "\(ids.count) tagged")"
        case .date: "Show the tasks of a day"
        case .fileName: "Write to a file"
        }
    }

    /// Changes the text, and forgets what was wrong with it.
    ///
    /// - Parameter replaces: whether a text that is only filled in goes first.
    mutating func edit(replaces: Bool, _ change: (inout TextField) -> Bool) {
        var field = isPrefilled && replaces ? TextField() : field
        guard change(&field) else { return }
        self.field = field
        isPrefilled = false
        problem = nil
    }

    /// What Enter does.
    var verb: String {
        switch purpose {
        case .priority: "set"
        case .date: "show"
        case .fileName: "write"
        }
    }

    /// What would be right.
    var hint: String {
        switch purpose {
        case .priority: "-100 to 100; the higher, the sooner"
        case .date: DayText.examples
        case .fileName: "a new file; Enter writes it"
        }
    }
}
