import JSON
import TaskModel

/// A part of a command: one argument, or those of a list.
package enum ArgumentTemplate: Sendable, Hashable {
    case text(TextTemplate)
    /// The elements of a list, each an argument.
    case list(field: String)

    /// The arguments; none if a field has no value.
    func expanded(_ values: [String: FieldValue]) -> [String] {
        switch self {
        case .text(let template): template.expanded(values).map { [$0] } ?? []
        case .list(let field):
            if case .list(let elements)? = values[field] { elements } else { [] }
        }
    }

    /// The names of fields in placeholders.
    var fieldNames: [String] {
        switch self {
        case .text(let template): template.fieldNames
        case .list(let field): [field]
        }
    }
}

/// The fields that the placeholders of a type may name.
package struct TemplateFields {
    private let fields: [DeclaredField]

    package init(_ fields: [DeclaredField]) {
        self.fields = fields
    }

    /// Parses an argument after the first one.
    package func argument(_ text: String) throws(TemplateError) -> ArgumentTemplate {
        let template = try parsed(text)
        if let name = template.onlyField, field(name)?.kind.isList == true { return .list(field: name) }
        try rejectLists(in: template, "must be an argument of its own, without other text")
        return .text(template)
    }

    /// Parses the first argument, which names the program, or the working directory: there is always one.
    package func required(_ text: String) throws(TemplateError) -> TextTemplate {
        let template = try parsed(text)
        try rejectLists(in: template, "cannot stand here, where one value is needed")
        for name in template.fieldNames where field(name)?.alwaysHasValue == false {
            throw TemplateError("needs a value of {\(name)}; make that field required, or give it a default")
        }
        return template
    }

    /// Parses the value of an environment variable, which is left out without a value.
    package func text(_ text: String) throws(TemplateError) -> TextTemplate {
        let template = try parsed(text)
        try rejectLists(in: template, "cannot stand in an environment variable")
        return template
    }

    private func parsed(_ text: String) throws(TemplateError) -> TextTemplate {
        guard !text.utf8.contains(0) else { throw TemplateError("must not contain a NUL character") }
        let template = try TextTemplate(parsing: text)
        for name in template.fieldNames where field(name) == nil {
            throw TemplateError(
                "names no field with {\(name)}"
                    + (fields.isEmpty
                        ? "; declare it under 'fields', or write '{{' for a brace itself"
                        : NearestName.find(name, among: fields.map(\.name)).map { "; did you mean {\($0)}?" }
                            ?? "; fields are \(fields.map(\.name).joined(separator: ", "))"))
        }
        return template
    }

    private func rejectLists(in template: TextTemplate, _ rule: String) throws(TemplateError) {
        for name in template.fieldNames where field(name)?.kind.isList == true {
            throw TemplateError("has {\(name)}, a list, which \(rule)")
        }
    }

    private func field(_ name: String) -> DeclaredField? { fields.first { $0.name.hasSameBytes(as: name) } }
}
