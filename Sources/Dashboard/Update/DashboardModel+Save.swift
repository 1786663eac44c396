import JSON
import TaskControl
import TaskModel

// Writing a result or the log to a file.
extension DashboardModel {
    /// Opens the prompt for a file name.
    mutating func openFilePrompt() {
        if case .dump(let view) = overlays.last {
            return openFilePrompt(for: .text(Self.text(of: view.lines)), name: "tasks.log")
        }
        if detailedTask == nil, focus == .log {
            guard !log.shown.isEmpty else { return showMessage(.failure, "the log shows nothing to write") }
            return openFilePrompt(for: .text(Self.text(of: log.wholeShown)), name: "taskdeck.log")
        }
        if let output = focusedOutput { return openFilePrompt(forOutputOf: output.id, output.stream) }
        let ids = targets.ids
        guard let id = ids.first, let record = tasks.rows[id]?.record else {
            return showMessage(.failure, "there is no task with a result")
        }
        guard ids.count == 1 else {
            return showMessage(.failure, "only one result can be written at a time; \(ids.count) tasks are tagged")
        }
        if record.runsProgram { return openFilePrompt(forOutputOf: id, nil) }
        guard record.mayHaveResult else {
            let state = record.state.isFinal ? "it is \(record.state.rawValue)" : "it has not ended"
            return showMessage(.failure, "\(name(id)) has no result: \(state)")
        }
        // A string is written as text.
        let ending = record.result?.bytes.first == UInt8(ascii: "\"") ? "txt" : "json"
        openFilePrompt(for: .result(id), name: "\(Self.fileName(record.type))-\(id.description.suffix(6)).\(ending)")
    }

    private mutating func openFilePrompt(forOutputOf id: TaskID, _ stream: ProgramStream?) {
        guard let record = tasks.rows[id]?.record, record.output != ProgramOutput() else {
            return showMessage(.failure, "\(name(id)) has written nothing")
        }
        let name = "\(Self.fileName(record.type))-\(id.description.suffix(6)).log"
        openFilePrompt(for: .output(id, stream), name: name)
    }

    private mutating func openFilePrompt(for text: SavedText, name: String) {
        overlays.append(.prompt(Prompt(purpose: .fileName(text), field: TextField(name))))
    }

    /// The entries as in log files.
    private static func text(of entries: [LogEntry]) -> String {
        entries.map { $0.record.line + "\n" }.joined()
    }

    /// A task type without characters that are invalid in file names.
    private static func fileName(_ type: String) -> String {
        String(type.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") ? $0 : "_" }.prefix(40))
    }

    /// Requests writing the text, or shows the problem of the name; the prompt stays until the file is written.
    mutating func save(_ text: SavedText, _ prompt: Prompt) -> [DashboardCommand] {
        let path = prompt.field.text
        guard prompt.state != .submitted else { return [] }
        guard path.contains(where: { $0 != " " }) else {
            show(problem: "a name is missing", in: prompt)
            return []
        }
        var prompt = prompt
        prompt.state = .submitted
        replaceTop(by: .prompt(prompt))
        return [.save(text, path: path)]
    }

    mutating func apply(_ result: Result<Int, SaveError>, ofSavingTo path: String) {
        let index = overlays.lastIndex { overlay in
            if case .prompt(let prompt) = overlay, case .fileName = prompt.purpose {
                prompt.state == .submitted
            } else {
                false
            }
        }
        switch result {
        case .success(let count):
            if let index { overlays.remove(at: index) }
            showMessage(.success, "written to \(path): \(Format.size(count))")
        case .failure(let error):
            guard let index, case .prompt(var prompt) = overlays[index] else {
                return showMessage(.failure, "\(path) was not written: \(error.reason)")
            }
            prompt.state = .rejected(problem: error.reason)
            overlays[index] = .prompt(prompt)
        }
    }
}
