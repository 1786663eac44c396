/// Writes files where the operator is; away from the dashboard's thread.
package struct FileWriter: Sendable {
    /// A file that has been written.
    package struct File: Sendable, Hashable {
        /// From the root on.
        package let path: String
        /// In bytes.
        package let size: Int

        package init(path: String, size: Int) {
            (self.path, self.size) = (path, size)
        }
    }

    private let body: @Sendable (String, @escaping @Sendable () -> [UInt8]) async throws(SaveError) -> File

    /// - Parameter body: writes a new file with this path, as an operator types it, and these bytes, whose making may
    ///   take a while.
    package init(
        _ body: @escaping @Sendable (String, @escaping @Sendable () -> [UInt8]) async throws(SaveError) -> File
    ) {
        self.body = body
    }

    /// Writes nothing.
    package static let none = FileWriter { (_, _) throws(SaveError) in
        throw SaveError(reason: "no files can be written from here")
    }

    func write(_ content: SavedContent, path: String) async throws(SaveError) -> File {
        try await body(path) { content.bytes(path: path) }
    }
}
