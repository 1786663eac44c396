// Pasted text.
extension DashboardModel {
    /// Inserts pasted text into the field that is being edited.
    mutating func paste(_ text: String) {
        if isTypingSearch { return pasteIntoSearch(text) }
        if case .prompt(var prompt) = overlays.last {
            prompt.edit(replaces: true) { field in
                field.insert(text)
                return true
            }
            return replaceTop(by: .prompt(prompt))
        }
        if case .form(var form) = overlays.last {
            form.paste(text)
            overlays[overlays.count - 1] = .form(form)
        } else if overlays.isEmpty, let field = filterField {
            editFilter(field) { field in
                field.insert(text)
                return true
            }
        } else if overlays.isEmpty, rowSearch != nil {
            searchRows { field, _ in field.insert(text) }
        } else {
            showMessage(.failure, "pasted text has no place here; nothing was done with it")
        }
    }
}
