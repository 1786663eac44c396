/// Writes files for the operator, outside the dashboard's thread.
package struct FileWriter: Sendable {
    /// A written file.
    package struct File: Sendable, Hashable {
        /// The absolute path.
        package let path: String
        /// The size in bytes.
        package let size: Int

        package init(path: String, size: Int) {
            (self.path, self.size) = (path, size)
        }
    }

    private let body: @Sendable (String, @escaping @Sendable () -> [UInt8]) async throws(SaveError) -> File

    /// - Parameter body: Writes a new file at a path as the operator typed it. The closure returns the bytes, which
    ///   may take a while.
    package init(
        _ body: @escaping @Sendable (String, @escaping @Sendable () -> [UInt8]) async throws(SaveError) -> File
    ) {
        self.body = body
    }

    /// A writer that refuses to write.
    package static let none = FileWriter { (_, _) throws(SaveError) in
        throw SaveError(reason: "no files can be written from here")
    }

    func write(_ content: SavedContent, path: String) async throws(SaveError) -> File {
        try await body(path) { content.bytes(path: path) }
    }
}
