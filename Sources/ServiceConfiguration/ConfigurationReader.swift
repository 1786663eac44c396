import JSON
import TaskModel

/// Reads a configuration file.
package enum ConfigurationReader {
    /// The maximum size of a file in bytes: 1 MiB.
    package static let sizeLimit = 1 << 20

    /// Reads the content of a file; an empty one declares nothing.
    ///
    /// - Parameters:
    ///   - file: The name in messages.
    ///   - flags: The flags that may stand in the file.
    /// - Throws: ``ConfigurationError`` with all problems.
    package static func read(
        _ content: [UInt8], file: String, flags: [String: ConfiguredFlag.Kind]
    ) throws(ConfigurationError) -> ConfigurationContent {
        var configuration = ConfigurationContent()
        var problems = ProblemList()
        do throws(ConfigurationError.Problem) {
            guard let root = try YAMLDocument.parse(try text(content)) else { return configuration }
            let sections = Section(
                root, "the file", keys: ["flags", "types"], example: "{flags: {port: 8000}, types: {…}}", &problems)
            if let node = sections["flags"] { configuration.flags = FlagsReader.read(node, flags, &problems) }
            if let node = sections["types"] { configuration.types = TypesReader.read(node, &problems) }
        } catch {
            throw ConfigurationError(file: file, problems: [error])
        }
        guard problems.problems.isEmpty else { throw ConfigurationError(file: file, problems: problems.problems) }
        return configuration
    }

    private static func text(_ content: [UInt8]) throws(ConfigurationError.Problem) -> String {
        guard content.count <= sizeLimit else {
            throw ConfigurationError.Problem(
                Position(line: 1, column: 1), "the file is larger than \(sizeLimit) bytes; it must be smaller")
        }
        // A byte order mark of UTF-8 is no text.
        let content = content.starts(with: [0xEF, 0xBB, 0xBF]) ? content.dropFirst(3) : content[...]
        if let text = String(validating: content, as: UTF8.self) { return text }
        throw ConfigurationError.Problem(endOfText(in: content), "the file is not UTF-8 from here on; save it as UTF-8")
    }

    /// The place of the first byte that is not UTF-8.
    private static func endOfText(in content: ArraySlice<UInt8>) -> Position {
        var (line, column) = (1, 1)
        var decoder = UTF8()
        var bytes = content.makeIterator()
        while case .scalarValue(let scalar) = decoder.decode(&bytes) {
            (line, column) = scalar == "\n" ? (line + 1, 1) : (line, column + 1)
        }
        return Position(line: line, column: column)
    }
}
