import JSON
package import TaskModel

/// A task type that the configuration declares: a program with fields.
package struct DeclaredType: Sendable, Hashable {
    /// The name in requests.
    package let name: String
    /// What its tasks do, in a few words; may be empty.
    package let summary: String
    /// In the order in which they are asked for.
    package let fields: [DeclaredField]
    package let template: ProgramTemplate
    /// The options of tasks whose requests lack them.
    package let options: TaskOptions

    package init(
        name: String, summary: String = "", fields: [DeclaredField] = [], template: ProgramTemplate,
        options: TaskOptions = TaskOptions()
    ) {
        self.name = name
        self.summary = summary
        self.fields = fields
        self.template = template
        self.options = options
    }

    /// Reads the fields; `nil` if there are problems, which the reader records.
    func read(from reader: inout FieldReader, _ defaults: ProgramDefaults) -> (program: Program, title: String)? {
        var values: [String: FieldValue] = [:]
        var isValid = true
        for field in fields {
            switch field.read(from: &reader) {
            case .value(let value): values[field.name] = value
            case .absent: break
            case .invalid: isValid = false
            }
        }
        guard isValid, let program = template.program(values, defaults, &reader) else { return nil }
        let title = title(of: &reader)
        return (program, title.isEmpty ? ShellText.line(program.arguments, atMost: TaskRecord.titleLimit) : title)
    }

    /// The values that differ from their defaults, in one line.
    private func title(of reader: inout FieldReader) -> String {
        var parts: [String] = []
        for field in fields {
            guard let value = reader.value(field.name), value != .null, field.presence != .fallback(value) else {
                continue
            }
            let text = value.shortText(atMost: 48)
            switch field.kind {
            case .text, .path, .list, .choice: parts.append(text)
            case .integer, .number, .boolean: parts.append("\(field.name) \(text)")
            }
        }
        return TitleText.line(parts.joined(separator: ", "), atMost: TaskRecord.titleLimit)
    }
}

extension DeclaredField {
    /// The result of reading a field.
    enum Reading {
        case value(FieldValue)
        /// Neither a value nor a default.
        case absent
        /// With problems, which the reader records.
        case invalid
    }

    /// Describes and reads the field.
    func read(from reader: inout FieldReader) -> Reading {
        reader.describe(description)
        let json: JSONValue
        switch (reader.value(name), presence) {
        case (nil, .required):
            reader.report(name, "missing", "is missing; it is required (\(description.hint))")
            return .invalid
        case (nil, .optional), (.null, .optional): return .absent
        case (nil, .fallback(let value)): json = value
        case (let value?, _): json = value
        }
        do throws(FieldValueError) {
            return .value(try kind.value(of: json))
        } catch {
            reader.report(name + error.element, error.code, error.message)
            return .invalid
        }
    }
}
