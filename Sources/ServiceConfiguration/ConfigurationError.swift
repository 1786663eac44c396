import TaskModel

/// Why a configuration file cannot be used: all reasons at once.
package struct ConfigurationError: Error, Hashable, CustomStringConvertible {
    /// One reason.
    package struct Problem: Error, Hashable {
        package let position: Position
        /// What is wrong, and what would be right.
        package let message: String

        package init(_ position: Position, _ message: String) {
            self.position = position
            self.message = message
        }
    }

    /// The file as it was named.
    package let file: String
    /// In the order of the file, at least one.
    package let problems: [Problem]

    package init(file: String, problems: [Problem]) {
        self.file = file
        self.problems = problems.sorted { $0.position < $1.position }
    }

    /// `FILE:LINE:COLUMN: what is wrong; what would be right`, one line for each problem.
    package var lines: [String] {
        problems.map { problem in
            PlainText.visible("\(file):\(problem.position.line):\(problem.position.column): \(problem.message)")
        }
    }

    package var description: String { lines.joined(separator: "\n") }
}
