import JSON
import TaskControl
import TaskModel

// Copying to the terminal's clipboard.
extension DashboardModel {
    mutating func openCopyMenu() {
        let subject = copySubject
        let menu = Menu(purpose: .copy(subject), index: 0)
        guard !items(of: menu).isEmpty else { return showMessage(.failure, "there is nothing to copy") }
        overlays.append(.menu(menu))
    }

    /// The targets of actions, or the task of the log line if the log has the focus; with the log line.
    private var copySubject: CopySubject {
        if detailedTask == nil, focus == .log {
            let entry = copiedEntry
            let task = entry?.mentions.first.flatMap { tasks.rows[$0.id] == nil ? nil : $0.id }
            return CopySubject(tasks: task.map { [$0] } ?? [], line: entry.map { .log($0.record.line) })
        }
        if let output = focusedOutput {
            return CopySubject(
                tasks: [output.id], line: copiedLine(of: output).map { .output($0) }, stream: output.stream)
        }
        return CopySubject(
            tasks: targets.ids, line: detailedTask == nil ? copiedEntry.map { .log($0.record.line) } : nil)
    }

    /// The line of output found by a search, if it is on the screen, or else the last line on the screen.
    private func copiedLine(of output: OutputPane) -> String? {
        let rows = output.visibleRows(outputPage)
        let found = output.search?.current.flatMap { line in rows.first { $0.line == line } }
        return (found ?? rows.last).map { output.entry($0.line).plainText }
    }

    /// The line found by a search, if it is on the screen, or else the last line on the screen.
    private var copiedEntry: LogEntry? {
        guard layout.log.height > 0, log.endIndex > 0 else { return nil }
        if let current = log.search?.current {
            let index = log.shownIndex(after: current) - 1
            if visibleLog.contains(index), log.shown[index].number == current { return log.shown[index] }
        }
        return log.shown[log.endIndex - 1]
    }

    /// The items that can be copied.
    func copyItems(of subject: CopySubject) -> [CopyItem] {
        CopyItem.allCases.filter { item in
            switch item {
            case .id: !subject.tasks.isEmpty
            case .curl: subject.tasks.count == 1 && address != nil
            case .result: record(of: subject)?.mayHaveResult == true
            case .output: record(of: subject).map { ($0.output?.bytes ?? 0) > 0 } == true
            case .error: record(of: subject)?.error != nil
            case .line: if case .log? = subject.line { true } else { false }
            case .outputLine: if case .output? = subject.line { true } else { false }
            }
        }
    }

    func menuItem(_ item: CopyItem, of subject: CopySubject) -> Menu.Item {
        let text =
            switch item {
            case .id where subject.tasks.count > 1: "ids of \(Format.tasks(subject.tasks.count))"
            case .id, .curl, .result, .output, .error:
                item.name + (subject.tasks.first.map { " of \(name($0))" } ?? "")
            case .line, .outputLine: item.name
            }
        return Menu.Item(
            choice: .copy(item), key: .character(item.key), text: text, trailing: String(Character(item.key)))
    }

    mutating func copy(_ item: CopyItem, of subject: CopySubject) -> [DashboardCommand] {
        let what = menuItem(item, of: subject).text
        switch item {
        case .id: return copy(subject.tasks.map(\.description).joined(separator: "\n"), item, what)
        case .curl:
            guard let record = record(of: subject), let address else { break }
            guard let data = record.data ?? readData(of: record.id) else {
                showMessage(.failure, "the data of \(name(record.id)) is large and only stored; Enter reads it")
                return []
            }
            let draft = TaskDraft(type: record.type, name: record.name, data: data.value, options: record.options)
            return copy(ShellCommand.curl(draft, to: address, needsToken: needsToken), item, what)
        case .result:
            guard let record = record(of: subject) else { break }
            if let result = record.result { return copy(Self.plainText(of: result), item, what) }
            if record.mayHaveResult { return [.copyResult(record.id)] }
        case .error: if let error = record(of: subject)?.error { return copy(error, item, what) }
        case .output: if let id = subject.tasks.first { return [.copyOutput(id, subject.stream)] }
        case .line, .outputLine:
            switch subject.line {
            case .log(let line), .output(let line): return copy(line, item, what)
            case nil: break
            }
        }
        showMessage(.failure, "the \(item.name) is not there any more")
        return []
    }

    /// Copies the result of a task once it has been read.
    mutating func copy(_ result: Result<JSONText?, TaskError>, ofTask id: TaskID) -> [DashboardCommand] {
        switch result {
        case .failure(let error): showMessage(.failure, sentence(for: error, "nothing was copied"))
        case .success(nil): showMessage(.failure, "\(name(id)) has no result")
        case .success(let result?): return copy(Self.plainText(of: result), .result, "result of \(name(id))")
        }
        return []
    }

    /// Copies the output of a task once it has been read.
    mutating func copy(_ result: Result<OutputText?, TaskError>, of id: TaskID) -> [DashboardCommand] {
        let what = "output of \(name(id))"
        switch result {
        case .failure(let error): showMessage(.failure, sentence(for: error, "nothing was copied"))
        case .success(nil): showMessage(.failure, "\(name(id)) has no output")
        case .success(let output?):
            if !output.isTooLong { return copy(output.text, .output, what) }
            let save = Self.alternative(for: .output).map { "; \($0)" } ?? ""
            showMessage(.failure, "too long for a clipboard: \(what)\(save)")
        }
        return []
    }

    private func record(of subject: CopySubject) -> TaskRecord? {
        subject.tasks.count == 1 ? subject.tasks.first.flatMap { tasks.rows[$0]?.record } : nil
    }

    /// The data from an open detail, for records without data.
    private func readData(of id: TaskID) -> JSONText? {
        for case .detail(let pane) in overlays where pane.id == id { return pane.detail?.record.data }
        return side?.id == id ? side?.detail?.record.data : nil
    }

    /// The text of a string, or any other value as JSON.
    private static func plainText(of json: JSONText) -> String {
        if case .string(let text) = json.value { text } else { json.string }
    }

    private mutating func copy(_ text: String, _ item: CopyItem, _ what: String) -> [DashboardCommand] {
        let save = DashboardAction.save.binding.label
        let alternative = Self.alternative(for: item).map { "; \($0)" } ?? ""
        if case .unavailable(let reason) = capabilities.clipboard {
            showMessage(.failure, "nothing was copied: \(reason)\(alternative)")
            return []
        }
        guard Clipboard.fits(text) else {
            let size = Format.bytes(text.utf8.count)
            showMessage(.failure, "too long for a clipboard: \(what), \(size)\(alternative)")
            return []
        }
        switch capabilities.clipboard {
        case .through(.tmux):
            showMessage(.success, "\(what) sent to the terminal; needs tmux 'set-clipboard on', or \(save) for a file")
        case .through(.screen):
            showMessage(.success, "\(what) sent to the terminal, if screen passes it on; \(save) writes to a file")
        case .direct, .unavailable: showMessage(.success, "\(what) sent to the terminal's clipboard")
        }
        return [.terminal(.copy(text))]
    }

    /// A hint at another action with nearly the same effect.
    private static func alternative(for item: CopyItem) -> String? {
        switch item {
        case .result, .output: "\(DashboardAction.save.binding.label) writes it to a file"
        case .curl: "\(DashboardAction.duplicate.binding.label) duplicates the task"
        case .id, .error, .line, .outputLine: nil
        }
    }
}
