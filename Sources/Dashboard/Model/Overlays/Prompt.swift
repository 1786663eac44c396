import TaskModel

/// A question whose answer is a line of text.
struct Prompt: Sendable {
    enum Purpose: Sendable, Hashable {
        /// The priority of these tasks.
        case priority([TaskID])
        /// The day of the time range.
        case date
        /// The file to write a text to.
        case fileName(SavedText)
    }

    /// The state of the text.
    enum State: Sendable, Hashable {
        /// The present value; the first input replaces it.
        case prefilled
        case edited
        /// The text was submitted, with this error.
        case rejected(problem: String)
        /// The text was submitted; the result is not known yet.
        case submitted
    }

    let purpose: Purpose
    private(set) var field: TextField
    var state = State.edited
    /// Whether the prompt has been on the screen and all input typed ahead is dropped; only for prompts that change
    /// tasks.
    var isShown = true

    func title(_ glyphs: Glyphs) -> String {
        switch purpose {
        case .priority(let ids):
            "Priority of \(ids.count == 1 ? ids.map { Format.short($0, glyphs) }.joined() : "\(ids.count) tagged")"
        case .date: "Show the tasks of a day"
        case .fileName: "Write to a file"
        }
    }

    /// Changes the text and clears the error.
    ///
    /// - Parameter replaces: Whether a prefilled text is removed first.
    mutating func edit(replaces: Bool, _ change: (inout TextField) -> Bool) {
        var field = state == .prefilled && replaces ? TextField() : field
        guard change(&field) else { return }
        self.field = field
        if state != .submitted { state = .edited }
    }

    /// The action of the Enter key.
    var verb: String {
        switch purpose {
        case .priority: "set"
        case .date: "show"
        case .fileName: "write"
        }
    }

    /// The valid values.
    var hint: String {
        switch purpose {
        case .priority: "-100 to 100; the higher, the sooner"
        case .date: DayText.examples
        case .fileName: "a new file; Enter writes it"
        }
    }
}
