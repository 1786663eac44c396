import JSON
package import TaskModel

// How a program is ended, and how its output and its exit code are understood.
extension FieldReader {
    /// The signal of a graceful end; `nil` with a problem.
    mutating func stopSignal(_ name: String) -> ProgramSignal? {
        describe(
            FieldDescription(
                name: name, kind: .choice, options: ProgramSignal.allCases.map(\.rawValue),
                fallback: .string(ProgramSignal.term.rawValue), hint: "the name of a signal",
                meaning: "requests a graceful end"))
        guard value(name) != nil else { return .term }
        return choice(name, of: ProgramSignal.allCases.map { ($0.rawValue, $0) })
    }

    /// The exit codes that mean success; `nil` with a problem.
    mutating func successCodes(_ name: String) -> [Int32]? {
        let range = Program.exitCodes
        let fallback: [Int32] = [0]
        describe(
            FieldDescription(
                name: name, kind: .array, limits: .init(1...range.count), fallback: [0],
                hint: "exit codes, \(range.lowerBound) to \(range.upperBound)",
                meaning: "the exit codes of a completed task"))
        switch value(name) {
        case nil: return fallback
        case .array(let elements):
            guard (1...range.count).contains(elements.count) else {
                report(name, "out_of_range", "must have between 1 and \(range.count) exit codes, not \(elements.count)")
                return nil
            }
            var codes: [Int32] = []
            for (index, element) in elements.enumerated() {
                guard let code = exitCode(element, "\(name)[\(index)]") else { return nil }
                codes.append(code)
            }
            return codes
        case let other?:
            report(name, "wrong_type", "must be an array of exit codes, such as [0, 1], not \(other.numberOrKindName)")
            return nil
        }
    }

    private mutating func exitCode(_ value: JSONValue, _ name: String) -> Int32? {
        let range = Program.exitCodes
        switch value {
        case .integer(let number):
            if let code = Int32(exactly: number), range.contains(code) { return code }
            fallthrough
        case .wideInteger:
            report(
                name, "out_of_range",
                "must be between \(range.lowerBound) and \(range.upperBound), as every exit code, "
                    + "not \(value.numberOrKindName)")
        default: report(name, "wrong_type", "must be a whole number, not \(value.numberOrKindName)")
        }
        return nil
    }

    /// The rule by which progress is recognized; `nil` with a problem.
    mutating func progressRule(_ name: String) -> ProgressRule? {
        describe(
            FieldDescription(
                name: name, kind: .text, fallback: .string(ProgressRule.automatic.text),
                hint: "auto, none, or a regular expression with one or two groups",
                meaning: "where progress is found in the output"))
        switch value(name) {
        case nil: return .automatic
        case .string(let text):
            let rule = ProgressRule(text: text)
            guard let problem = rule.problem else { return rule }
            report(name, "malformed", problem)
        case let other?:
            report(
                name, "wrong_type",
                "must be auto, none, or a regular expression, not \(other.numberOrKindName)")
        }
        return nil
    }
}

extension ProgressRule {
    /// Why the rule cannot be used; `nil` if it can.
    package var problem: String? {
        guard case .pattern(let text) = self else { return nil }
        do throws(PatternError) {
            _ = try ProgressPattern(text)
            return nil
        } catch {
            return "must be auto, none, or a regular expression with one or two groups: \(error)"
        }
    }
}
