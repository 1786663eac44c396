package import JSON

/// One problem of the configuration file.
package struct ConfigurationProblem: Sendable, Hashable {
    /// The file; `nil` where there is none.
    package let file: String?
    /// Where it is in the file; `nil` if the file cannot be read.
    package let place: Place?
    /// What is wrong, and what would be right.
    package let message: String

    /// A line and a column, counted from 1.
    package struct Place: Sendable, Hashable {
        package let line: Int
        package let column: Int

        package init(line: Int, column: Int) {
            self.line = line
            self.column = column
        }
    }

    package init(file: String?, place: Place?, message: String) {
        self.file = file
        self.place = place
        self.message = message
    }
}

extension ConfigurationProblem: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("column", place?.column)
            json.member("file", file)
            json.member("line", place?.line)
            json.member("message", message)
        }
    }
}

extension ConfigurationProblem: CustomStringConvertible {
    /// `FILE:LINE:COLUMN: what is wrong; what would be right` in one line.
    package var description: String {
        guard let file, let place else { return PlainText.visible(message) }
        return PlainText.visible("\(file):\(place.line):\(place.column): \(message)")
    }
}
