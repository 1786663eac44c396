import TaskModel

// Keys in prompts, and their answers.
extension DashboardModel {
    mutating func handle(_ key: Key, in prompt: Prompt) -> [DashboardCommand] {
        if key == .enter { return submit(prompt) }
        var prompt = prompt
        let replaces =
            switch key {
            case .character, .backspace, .delete: true
            default: false
            }
        prompt.edit(replaces: replaces) { $0.handle(key) }
        replaceTop(by: .prompt(prompt))
        return []
    }

    /// Applies the text and closes the prompt, or shows the problem.
    private mutating func submit(_ prompt: Prompt) -> [DashboardCommand] {
        let text = prompt.field.text
        switch prompt.purpose {
        case .priority(let ids):
            let priority = text.filter { $0 != " " }.replacing("\u{2212}", with: "-")
            guard let priority = Int(priority), TaskOptions.priorities.contains(priority) else {
                show(problem: "must be a whole number from -100 to 100", in: prompt)
                return []
            }
            overlays.removeLast()
            return setPriority(of: ids) { _ in priority }
        case .date:
            guard let day = DayText.parse(text, at: now.wall, localTime) else {
                show(problem: "not a day; use \(DayText.examples)", in: prompt)
                return []
            }
            overlays.removeLast()
            show(.day(day))
        case .fileName(let text): return save(text, prompt)
        }
        return []
    }

    mutating func show(problem: String, in prompt: Prompt) {
        var prompt = prompt
        prompt.state = .rejected(problem: problem)
        replaceTop(by: .prompt(prompt))
    }

    /// Shows the tasks of a time range, with a message about which those are.
    mutating func show(_ range: TimeRange) {
        tasks.changeScope { $0.timeRange = range }
        let text = range.text(localTime)
        switch range {
        case .all: showMessage(.success, "tasks of all times")
        case .hour, .today, .week: showMessage(.success, "\(text): tasks that ended then, or are alive")
        case .yesterday: showMessage(.success, "\(text): tasks that ended then; those that are alive belong to today")
        case .day: showMessage(.success, "\(text): tasks that ended then; those that are alive belong to today")
        }
    }
}
