package import JSON

/// The memory for the data of tasks that have not ended; data without room is only in the store.
package struct DataBudget: Sendable {
    /// Bytes of all data together.
    package static let defaultSize = 32 << 20
    /// The size of data that is always kept: a task needs more memory than that without data.
    private static let smallSize = 256

    private var rest: Int

    /// - Parameter size: bytes.
    package init(size: Int = defaultSize) {
        rest = size
    }

    /// Reserves room for the data of a task.
    ///
    /// - Returns: Whether there is room.
    package mutating func admit(_ data: JSONText) -> Bool {
        let size = data.bytes.count
        guard size > Self.smallSize else { return true }
        guard size <= rest else { return false }
        rest -= size
        return true
    }

    /// Releases the room of a task's data.
    package mutating func release(_ data: JSONText) {
        if data.bytes.count > Self.smallSize { rest += data.bytes.count }
    }
}
