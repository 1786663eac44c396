import JSON
import TaskModel

/// The maximum size of one argument or variable in bytes, of which the kernel needs one for the end:
/// `MAX_ARG_STRLEN` of Linux.
private let argumentLimit = 131_071

// What a program is, and what it gets.
extension FieldReader {
    /// An array of arguments or a line for the shell, which is required; `nil` with a problem.
    mutating func commandLine(_ name: String) -> CommandLine? {
        describe(
            FieldDescription(
                name: name, kind: .command, fallback: nil, hint: "arguments, or a line for /bin/sh",
                meaning: "the program to run",
                suggestion: "for i in 1 2 3 4 5 6 7 8 9 10; do echo \"[$i/10] step $i\"; sleep 1; done"))
        let words = "an array of strings, or one string for /bin/sh"
        switch value(name) {
        case nil: report(name, "missing", "is missing; it must be \(words)")
        case .string(let line):
            if line.allSatisfy(\.isWhitespace) {
                report(name, "out_of_range", "must not be empty")
            } else if isArgument(line, name) {
                return .shell(line)
            }
        case .array(let elements): return arguments(elements, name).map(CommandLine.arguments)
        case let other?: report(name, "wrong_type", "must be \(words), not \(other.numberOrKindName)")
        }
        return nil
    }

    private mutating func arguments(_ elements: [JSONValue], _ name: String) -> [String]? {
        guard !elements.isEmpty else {
            report(name, "out_of_range", "must have at least one element, the program")
            return nil
        }
        var arguments: [String] = []
        arguments.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            guard case .string(let argument) = element else {
                report(
                    "\(name)[\(index)]", "wrong_type",
                    "must be a string, as every argument, not \(element.numberOrKindName)")
                return nil
            }
            guard index > 0 || !argument.isEmpty else {
                report("\(name)[0]", "out_of_range", "must name a program, but is empty")
                return nil
            }
            guard isArgument(argument, "\(name)[\(index)]") else { return nil }
            arguments.append(argument)
        }
        return arguments
    }

    /// Whether a text can be passed to a program; records the problem otherwise.
    mutating func isArgument(_ text: String, _ name: String) -> Bool {
        guard !text.utf8.contains(0) else {
            report(name, "malformed", "must not contain a NUL character, at which every program would cut it off")
            return false
        }
        guard text.utf8.count <= argumentLimit else {
            report(
                name, "out_of_range",
                "must have at most \(argumentLimit) bytes, the most that Linux passes to a program, not \(text.utf8.count)"
            )
            return false
        }
        return true
    }

    /// An absolute path of a directory; `nil` with a problem.
    mutating func directory(_ name: String, default fallback: String) -> String? {
        describe(
            FieldDescription(
                name: name, kind: .path, fallback: nil, isRequired: false, hint: "an absolute path",
                meaning: "the working directory; the home directory by default"))
        switch value(name) {
        case nil, .null: return fallback
        case .string(let path):
            guard isArgument(path, name) else { return nil }
            guard path.utf8.first == UInt8(ascii: "/") else {
                report(
                    name, "malformed",
                    "must be an absolute path, which begins with '/', not '\(path.prefix(64))'"
                        + (path.utf8.first == UInt8(ascii: "~") ? " ('~' is not expanded)" : ""))
                return nil
            }
            return path
        case let other?:
            report(name, "wrong_type", "must be a string, an absolute path, not \(other.numberOrKindName)")
            return nil
        }
    }

    /// Environment variables; `nil` with a problem.
    mutating func environment(_ name: String) -> [String: String]? {
        describe(
            FieldDescription(
                name: name, kind: .object, fallback: .object([:]), hint: "names with their values",
                meaning: "environment variables besides PATH, HOME, USER and LANG; values are not shown anywhere"))
        guard let members = object(name) else { return nil }
        var variables: [String: String] = [:]
        var isValid = true
        for (variable, value) in members.sorted(by: { $0.key < $1.key }) {
            let field = "\(name).\(variable.text.prefix(64))"
            guard case .string(let text) = value else {
                report(
                    field, "wrong_type",
                    value == .null
                        ? "must be a string, not null; values are not shown, and so have to be sent again"
                        : "must be a string, not \(value.numberOrKindName)")
                isValid = false
                continue
            }
            if let problem = EnvironmentName.problem(of: variable.text) {
                report(field, "malformed", problem)
                isValid = false
            } else if !isArgument("\(variable.text)=\(text)", field) {
                isValid = false
            }
            variables[variable.text] = text
        }
        return isValid ? variables : nil
    }

    /// The text on standard input; `nil` if it is missing or `null`, or with a problem.
    mutating func programInput(_ name: String, atMost limit: Int) -> String? {
        describe(
            FieldDescription(
                name: name, kind: .lines, limits: .init(0...limit), fallback: nil, isRequired: false,
                hint: "at most \(limit) bytes", meaning: "the text on standard input; empty by default"))
        switch value(name) {
        case nil, .null: return nil
        case .string(let text):
            if text.utf8.count <= limit { return text }
            report(name, "out_of_range", "must have at most \(limit) bytes, not \(text.utf8.count)")
        case let other?: report(name, "wrong_type", "must be a string, not \(other.numberOrKindName)")
        }
        return nil
    }
}

/// Names of environment variables.
package enum EnvironmentName {
    /// The prefix of the variables that the service sets.
    private static let reserved = "TASKDECK_"

    /// Why a name cannot be used; `nil` if it can.
    package static func problem(of name: String) -> String? {
        if name.isEmpty { return "must have a name" }
        if name.utf8.contains(UInt8(ascii: "=")) || name.utf8.contains(0) {
            return "must be a name without '=' and NUL"
        }
        if name.hasBytePrefix(reserved) { return "must not begin with \(reserved): the service sets these itself" }
        return nil
    }
}
