import JSON
import TaskModel
import TaskTypes

/// Reads the program of a declared type.
struct CommandReader {
    let fields: TemplateFields
    var problems: ProblemList

    private static let example = "[rsync, -a, \"{source}\", \"{target}\"]"

    /// The program; `nil` if there are problems.
    mutating func template(_ command: YAMLNode, _ section: Section) -> ProgramTemplate? {
        let count = problems.problems.count
        let arguments = self.arguments(command)
        let directory = section["cwd"].flatMap { self.directory($0) }
        let environment = section["env"].map { self.environment($0) } ?? [:]
        let stopSignal = section["stop_signal"].flatMap { self.signal($0) } ?? .term
        let codes = section["success_codes"].flatMap { self.successCodes($0) } ?? [0]
        let progress = section["progress"].flatMap { self.progressRule($0) } ?? .automatic
        guard let (file, rest) = arguments, problems.problems.count == count else { return nil }
        return ProgramTemplate(
            file: file, arguments: rest, directory: directory, environment: environment, stopSignal: stopSignal,
            successCodes: codes, progress: progress)
    }

    private mutating func arguments(_ node: YAMLNode) -> (file: TextTemplate, rest: [ArgumentTemplate])? {
        guard let elements = node.elements else {
            problems.report(
                node,
                "'command' must be a list of arguments such as \(Self.example), not \(node.kindName); "
                    + "for a shell, write [sh, -c, 'cd \"$1\" && make', sh, \"{source}\"]")
            return nil
        }
        guard let first = elements.first else {
            problems.report(node, "'command' is an empty list; it must begin with a program, such as \(Self.example)")
            return nil
        }
        let texts = elements.map { problems.text($0, "command") }
        for position in ShellScript.positions(in: texts.map { $0 ?? "" }) {
            guard let text = texts[position], let template = try? TextTemplate(parsing: text),
                let name = template.fieldNames.first
            else { continue }
            problems.report(
                elements[position],
                "'command' has {\(name)} in code, where what a value contains would run; in a script of a shell, "
                    + "write \"$1\", and after the script: sh, \"{\(name)}\"")
        }
        var file: TextTemplate?
        if let text = texts[0] {
            if text.isEmpty {
                problems.report(first, "'command' begins with an empty text; it must begin with a program")
            }
            file = template(first, "command", text, TemplateFields.required)
            if let name = file?.fieldNames.first {
                problems.report(
                    first, "'command' begins with {\(name)}; the program cannot be a value, so write its path there")
            }
        }
        let rest = zip(elements, texts).dropFirst().compactMap { element, text in
            text.flatMap { template(element, "command", $0, TemplateFields.argument) }
        }
        return file.map { ($0, rest) }
    }

    /// Parses a template and reports its problem.
    private mutating func template<Template>(
        _ node: YAMLNode, _ name: String, _ text: String,
        _ parse: (TemplateFields) -> (String) throws(TemplateError) -> Template
    ) -> Template? {
        do throws(TemplateError) {
            return try parse(fields)(text)
        } catch {
            problems.report(node, "'\(name)' \(error.message)")
            return nil
        }
    }

    private mutating func directory(_ node: YAMLNode) -> TextTemplate? {
        guard let text = problems.text(node, "cwd"),
            let directory = template(node, "cwd", text, TemplateFields.required)
        else { return nil }
        guard directory.prefix.hasBytePrefix("/") || directory.prefix.isEmpty && !directory.fieldNames.isEmpty else {
            problems.report(
                node,
                "'cwd' must be an absolute path, which begins with '/', not '\(text.prefix(64))'"
                    + (text.hasBytePrefix("~") ? "; '~' is not expanded" : ""))
            return nil
        }
        return directory
    }

    private mutating func environment(_ node: YAMLNode) -> [String: TextTemplate] {
        var variables: [String: TextTemplate] = [:]
        for entry in problems.mapping(node, "'env'", "{LANG: C.UTF-8}") {
            if let problem = EnvironmentName.problem(of: entry.name) {
                problems.report(entry.key, "the variable '\(entry.name.prefix(64))' \(problem)")
            }
            guard let text = problems.text(entry.value, entry.name) else { continue }
            variables[entry.name] = template(entry.value, entry.name, text, TemplateFields.text)
        }
        return variables
    }

    private mutating func signal(_ node: YAMLNode) -> ProgramSignal? {
        guard let name = problems.text(node, "stop_signal") else { return nil }
        if let signal = ProgramSignal(rawValue: name) { return signal }
        let names = ProgramSignal.allCases.map(\.rawValue)
        let near = names.contains("SIG" + name) ? "SIG" + name : NearestName.find(name, among: names)
        problems.report(
            node,
            "'stop_signal' must be the name of a signal, not '\(name.prefix(40))'"
                + (near.map { "; did you mean '\($0)'?" } ?? ", such as SIGTERM, SIGINT or SIGQUIT"))
        return nil
    }

    private mutating func successCodes(_ node: YAMLNode) -> [Int32]? {
        guard let elements = problems.list(node, "success_codes", "[0, 1]") else { return nil }
        if elements.isEmpty {
            problems.report(node, "'success_codes' is an empty list; every task would fail. Write one, such as [0]")
        }
        let range = Int(Program.exitCodes.lowerBound)...Int(Program.exitCodes.upperBound)
        return elements.compactMap { problems.integer($0, "success_codes", in: range).map(Int32.init) }
    }

    private mutating func progressRule(_ node: YAMLNode) -> ProgressRule? {
        guard let text = problems.text(node, "progress") else { return nil }
        let rule = ProgressRule(text: text)
        guard let problem = rule.problem else { return rule }
        problems.report(node, "'progress' \(problem)")
        return nil
    }
}
