/// A place between two records in the log of an attempt.
///
/// It stays valid while the writer begins other files, until the file is removed.
package struct OutputPlace: Sendable, Hashable {
    /// A number that the file keeps when it is renamed, and that no later file of the log has.
    package let file: UInt64
    /// The number of bytes before the place.
    package let offset: Int

    package init(file: UInt64, offset: Int) {
        self.file = file
        self.offset = offset
    }
}

/// A place between two lines of the output of an attempt, in each stream.
///
/// While one stream is in the middle of a line the other one may end lines, so the places differ.
package typealias OutputCursor = PerStream<OutputPlace>

extension OutputCursor {
    /// What is reached of an output that has not begun.
    package static let beginning = OutputCursor(OutputPlace(file: 0, offset: 0))
}
