import Glibc
import JSON
import WorkerProtocol

/// Reads the assignment: one line of JSON on standard input.
enum AssignmentReader {
    /// In bytes: the API accepts a mebibyte, which escapes make at most six times as long.
    private static let limit = 8 << 20

    /// - Throws: ``AssignmentError``.
    static func read(from descriptor: CInt) throws(AssignmentError) -> Assignment {
        guard isatty(descriptor) == 0 else { throw .none }
        let line = try readLine(from: descriptor)
        do {
            return try JSONCoding.decode(Assignment.self, from: line)
        } catch {
            throw .malformed("\(error)")
        }
    }

    /// Reads up to the first line feed, and discards the rest of what was read with it.
    private static func readLine(from descriptor: CInt) throws(AssignmentError) -> ArraySlice<UInt8> {
        var line: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw .none }
            if let end = chunk[..<count].firstIndex(of: UInt8(ascii: "\n")) {
                line += chunk[..<end]
                return line[...]
            }
            line += chunk[..<count]
            guard line.count <= limit else { throw .tooLong }
        }
    }
}
