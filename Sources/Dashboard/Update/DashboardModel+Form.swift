import TaskModel

// The form for a new task: opening, keys, submission.
extension DashboardModel {
    /// Opens the form; requests the types that a service in another process has by now.
    mutating func openForm() -> [DashboardCommand] {
        guard let form = TaskForm(taskTypes, offering: offeredType) else {
            showMessage(.failure, "there are no types of task")
            return []
        }
        overlays.append(.form(form))
        return attachment == nil || isCutOff ? [] : [.readTypes]
    }

    /// Opens the form filled in from a task; requests its data first if the record has none.
    mutating func openForm(duplicating record: TaskRecord) -> [DashboardCommand] {
        guard let form = TaskForm(taskTypes, duplicating: record, at: now.wall, in: localTime) else {
            showMessage(.failure, "there is no type \(record.type) any more")
            return []
        }
        overlays.append(.form(form))
        return form.isReading ? [.readDetail(record.id)] : []
    }

    mutating func handle(_ key: Key, in form: TaskForm) -> [DashboardCommand] {
        var form = form
        switch (key, form.focus) {
        case (.tab, _):
            if let path = form.completablePath { return [.completePath(path)] }
            form.moveFocus(by: 1)
        case (.backTab, _): form.moveFocus(by: -1)
        case (.down, _): form.moveRow(by: 1)
        case (.up, _): form.moveRow(by: -1)
        case (.enter, .cancel), (.character(" "), .cancel):
            overlays.removeLast()
            return []
        case (.enter, .field) where form.focusedField?.breaksLines == true: form.edit(by: key)
        case (.enter, _), (.character(" "), .start):
            return submit(form)
        case (.left, .type), (.character("h"), .type): form.moveType(by: -1)
        case (.right, .type), (.character("l"), .type), (.character(" "), .type): form.moveType(by: 1)
        case (.character("k"), .type): form.moveFocus(by: -1)
        case (.character("j"), .type): form.moveFocus(by: 1)
        case (.left, .start), (.left, .cancel), (.right, .start), (.right, .cancel):
            form.setFocus(form.focus == .start ? .cancel : .start)
        default: form.edit(by: key)
        }
        replaceTop(by: .form(form))
        return []
    }

    /// Applies the completion of a path; several possible names are shown as a message.
    mutating func apply(_ completion: PathCompletion, of path: String) {
        withForm { $0.apply(completion, of: path) }
        guard completion.path == path, completion.names.count > 1 else { return }
        showMessage(.success, completion.names.prefix(50).joined(separator: "  "))
    }

    mutating func submit(_ form: TaskForm) -> [DashboardCommand] {
        var form = form
        let draft = form.submit(at: now.wall, in: localTime)
        replaceTop(by: .form(form))
        if draft == nil { showProblemAsMessage(in: form) }
        return draft.map { [.submit($0)] } ?? []
    }

    /// The problem of the focused field as a message, if the form has room for one line only; `nil` otherwise.
    func messageForProblem(in form: TaskForm) -> String? {
        guard layout.body.height < 4, let field = form.focusedField, let problem = field.problem else { return nil }
        return "\(field.label) \(problem)"
    }

    private mutating func showProblemAsMessage(in form: TaskForm) {
        if let text = messageForProblem(in: form) { showMessage(.failure, text) }
    }
}
