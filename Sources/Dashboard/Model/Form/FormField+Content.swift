import JSON

// Filling in and editing the content of a field, by its kind.
extension FormField {
    /// The content of a field.
    enum Content: Sendable {
        case text(TextField)
        /// One item a line.
        case lines(LinesField)
        /// One of the options; `nil` for the default.
        case choice(String?)
        /// A switch; `nil` for the default.
        case toggle(Bool?)
        /// A value that is too large to edit; it is sent unchanged.
        case large(JSONValue, bytes: Int)
        /// The value is being read.
        case reading

        /// The content of a kind of field for a value; `nil` for the default.
        init(_ value: JSONValue?, of kind: FieldDescription.Kind) {
            switch (kind, value) {
            case (.boolean, .bool(let isOn)): self = .toggle(isOn)
            case (.boolean, nil): self = .toggle(nil)
            case (.choice, .string(let option)): self = .choice(option)
            case (.choice, nil): self = .choice(nil)
            case (.list, .array(let items)):
                let texts = items.compactMap(\.singleLine)
                self = .lines(
                    LinesField(texts.count == items.count ? texts : [FormField.text(of: .array(items))]))
            case (.lines, .string(let text)):
                let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
                self = .lines(LinesField(lines.map { String($0) }))
            case (.object, .object(let members)): self = .lines(LinesField(Self.lines(of: members)))
            case (.list, _), (.object, _), (.lines, _):
                self = .lines(LinesField(value.map { [FormField.text(of: $0)] } ?? []))
            default: self = .text(TextField(value.map(FormField.text) ?? ""))
            }
        }

        /// Whether it has lines, and none of them has text.
        var isEmptyList: Bool {
            if case .lines(let lines) = self { lines.isBlank } else { false }
        }

        /// `NAME=value` for each member; those whose value is withheld have the name alone.
        private static func lines(of members: [JSONName: JSONValue]) -> [String] {
            let lines = members.sorted { $0.key < $1.key }.map { name, value -> String? in
                value == .null ? name.text : (value == .string("") ? "" : value.singleLine).map { "\(name.text)=\($0)" }
            }
            let texts = lines.compactMap(\.self)
            return texts.count == lines.count ? texts : [FormField.text(of: .object(members))]
        }
    }

    /// Whether keys edit a text.
    var isText: Bool {
        switch content {
        case .text, .lines, .large, .reading: true
        case .choice, .toggle: false
        }
    }

    /// Whether Enter begins a line instead of submitting.
    var breaksLines: Bool {
        guard case .lines(let lines) = content else { return false }
        // A text may have empty lines anywhere.
        return kind == .lines && !lines.isBlank || !lines.isAtEmptyEnd
    }

    /// The path to complete; `nil` if the field has none.
    var completablePath: String? {
        guard kind == .path, case .text(let field) = content, !field.isBlank, field.isAtEnd else { return nil }
        return field.text
    }

    /// Handles a key and clears the problem if it edits.
    mutating func handle(_ key: Key) {
        switch content {
        case .text: edit { $0.handle(key) }
        case .lines(var lines):
            let before = lines
            lines.handle(key)
            if lines.texts != before.texts { problem = nil }
            content = .lines(lines)
        case .choice(let option): handle(key, choosing: option)
        case .toggle(let isOn): handle(key, switching: isOn)
        case .large: if key == .control("u") { content = Content(nil, of: kind) }
        case .reading: break
        }
    }

    /// Moves the cursor to another line of the field.
    ///
    /// - Returns: Whether there is such a line.
    mutating func moveRow(by step: Int) -> Bool {
        guard case .lines(var lines) = content, lines.moveRow(by: step) else { return false }
        content = .lines(lines)
        return true
    }

    /// Inserts pasted text.
    mutating func paste(_ text: String) {
        if case .lines(var lines) = content {
            lines.insert(text)
            content = .lines(lines)
            problem = nil
        } else {
            edit { field in
                field.insert(text)
                return true
            }
        }
    }

    private mutating func handle(_ key: Key, choosing option: String?) {
        let current = option ?? fallback
        let index = options.firstIndex { $0.hasSameBytes(as: current) }
        switch key {
        case .left, .character("h"): choose((index ?? options.count) - 1)
        case .right, .character("l"), .character(" "): choose((index ?? -1) + 1)
        case .backspace, .delete, .control("u"): choose(nil)
        case .character(let letter):
            // The next option that begins with the letter.
            let order = options.indices.map { ($0 + (index ?? -1) + 1) % options.count }
            if let next = order.first(where: { options[$0].unicodeScalars.first == letter }) { choose(next) }
        default: break
        }
    }

    private mutating func choose(_ index: Int?) {
        guard !options.isEmpty else { return }
        content = .choice(index.map { options[($0 + options.count) % options.count] })
        problem = nil
    }

    private mutating func handle(_ key: Key, switching isOn: Bool?) {
        let current = isOn ?? fallback.hasSameBytes(as: "true")
        switch key {
        case .left, .right, .character(" "), .character("h"), .character("l"): content = .toggle(!current)
        case .character("y"): content = .toggle(true)
        case .character("n"): content = .toggle(false)
        case .backspace, .delete, .control("u"): content = .toggle(nil)
        default: return
        }
        problem = nil
    }
}

extension JSONValue {
    /// A string of one line that is no JSON itself.
    fileprivate var singleLine: String? {
        guard case .string(let text) = self, !text.isEmpty, !text.contains(where: \.isNewline), !text.hasPrefix("["),
            !text.hasPrefix("{"), text.contains(where: { !$0.isWhitespace })
        else { return nil }
        return text
    }
}
