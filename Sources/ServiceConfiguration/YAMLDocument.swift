import JSON
import Yams

/// Parses YAML.
enum YAMLDocument {
    /// The only document of a text; `nil` if there is none.
    ///
    /// - Throws: ``ConfigurationError/Problem`` at the place where the parser stops.
    static func parse(_ text: String) throws(ConfigurationError.Problem) -> YAMLNode? {
        do {
            // Without rules, plain scalars stay texts.
            return try Yams.compose(yaml: text, Resolver.basic).map(YAMLNode.init)
        } catch let error as YamlError {
            throw problem(error, in: text)
        } catch {
            throw ConfigurationError.Problem(Position(line: 1, column: 1), "cannot be parsed: \(error)")
        }
    }

    private static func problem(_ error: YamlError, in text: String) -> ConfigurationError.Problem {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _):
            let position = Position(line: mark.line, column: mark.column)
            let context = context.map { " \($0.text)" } ?? ""
            return ConfigurationError.Problem(
                position, "is not YAML: \(problem)\(context); \(advice(problem, character(at: position, in: text)))")
        case .composer(_, let problem, let mark, _):
            return ConfigurationError.Problem(
                Position(line: mark.line, column: mark.column), "\(problem); \(advice(problem, nil))")
        case .reader(let problem, let offset, _, _):
            let before = text.prefix(offset ?? 0)
            let line = before.utf8.count { $0 == UInt8(ascii: "\n") } + 1
            let column = (before.unicodeScalars.reversed().firstIndex(of: "\n") ?? before.unicodeScalars.count)
            return ConfigurationError.Problem(
                Position(line: line, column: column + 1), "is not YAML: \(problem); remove that character")
        case .duplicatedKeysInMapping(let names, let context):
            let names = names.map { "'\($0.prefix(64))'" }.joined(separator: ", ")
            return ConfigurationError.Problem(
                Position(line: context.mark.line, column: context.mark.column),
                "\(names) stands more than once in this mapping; keep one")
        case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
            return ConfigurationError.Problem(Position(line: 1, column: 1), "cannot be parsed: \(error)")
        }
    }

    /// What would be right, as far as it can be guessed.
    private static func advice(_ problem: String, _ character: Unicode.Scalar?) -> String {
        if character == "\t" { return "indent by spaces, not by tabs" }
        let rules = [
            (
                "mapping values are not allowed",
                "a text with ': ' in it needs quotes, and keys of a mapping one indentation"
            ),
            ("cannot start any token", "a text that begins with this character needs quotes"),
            ("undefined alias", "define it before by '&name'; a text that begins with '*' needs quotes"),
            ("another document", "keep one, without '---' between parts"),
            ("nesting level", "nest less deeply"),
            ("did not find expected", "check the indentation, brackets and quotes here and above"),
            ("could not find expected ':'", "a key of a mapping needs ': ' after it"),
            ("unexpected end of stream", "close the bracket or quote that is open"),
        ]
        return rules.first { problem.contains($0.0) }?.1 ?? "check the syntax here and above"
    }

    private static func character(at position: Position, in text: String) -> Unicode.Scalar? {
        let lines = text.unicodeScalars.split(
            separator: "\n", maxSplits: position.line, omittingEmptySubsequences: false)
        guard position.line <= lines.count else { return nil }
        return lines[position.line - 1].dropFirst(position.column - 1).first
    }
}
