import JSON
package import TaskModel

/// The program of a declared type, with placeholders for the values of its fields.
package struct ProgramTemplate: Sendable, Hashable {
    /// The first argument, which names the program.
    package let file: TextTemplate
    /// The arguments after the first one.
    package let arguments: [ArgumentTemplate]
    /// `nil` for the home directory.
    package let directory: TextTemplate?
    /// Variables besides those of ``ProgramDefaults``.
    package let environment: [String: TextTemplate]
    package let stopSignal: ProgramSignal
    package let successCodes: [Int32]
    package let progress: ProgressRule

    package init(
        file: TextTemplate, arguments: [ArgumentTemplate], directory: TextTemplate? = nil,
        environment: [String: TextTemplate] = [:], stopSignal: ProgramSignal = .term, successCodes: [Int32] = [0],
        progress: ProgressRule = .automatic
    ) {
        self.file = file
        self.arguments = arguments
        self.directory = directory
        self.environment = environment
        self.stopSignal = stopSignal
        self.successCodes = successCodes
        self.progress = progress
    }

    /// The program with values in place of placeholders; `nil` with a problem of a field.
    func program(
        _ values: [String: FieldValue], _ defaults: ProgramDefaults, _ fields: inout FieldReader
    ) -> Program? {
        guard let file = checked(file, values, &fields) else { return nil }
        var program = Program(
            arguments: [file], directory: defaults.directory, environment: defaults.environment,
            stopSignal: stopSignal, successCodes: successCodes, progress: progress)
        guard !file.isEmpty else {
            report(self.file, "must name a program", &fields)
            return nil
        }
        for argument in arguments {
            for text in argument.expanded(values) {
                guard fields.isArgument(text, argument.fieldNames.first ?? "") else { return nil }
                program.arguments.append(text)
            }
        }
        for (name, template) in environment {
            guard let value = template.expanded(values) else { continue }
            guard fields.isArgument("\(name)=\(value)", template.fieldNames.first ?? "") else { return nil }
            program.environment[name] = value
        }
        guard let directory else { return program }
        guard let path = checked(directory, values, &fields) else { return nil }
        guard path.utf8.first == UInt8(ascii: "/") else {
            report(directory, "must be an absolute path, which begins with '/', for the working directory", &fields)
            return nil
        }
        program.directory = path
        return program
    }

    private func checked(
        _ template: TextTemplate, _ values: [String: FieldValue], _ fields: inout FieldReader
    ) -> String? {
        guard let text = template.expanded(values),
            fields.isArgument(text, template.fieldNames.first ?? "")
        else { return nil }
        return text
    }

    /// Reports a problem of the values in a text; the text itself is valid.
    private func report(_ template: TextTemplate, _ message: String, _ fields: inout FieldReader) {
        fields.report(template.fieldNames.first ?? "", "malformed", message)
    }
}
