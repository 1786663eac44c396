package import JSON

/// How much memory there is for the data of tasks that have not ended; what has no room is only stored.
package struct DataBudget: Sendable {
    /// Bytes for all data together.
    package static let defaultSize = 32 << 20
    /// Bytes of data that are kept whether there is room or not: a task takes more than that without any.
    private static let smallSize = 256

    private var rest: Int

    /// - Parameter size: bytes.
    package init(size: Int = defaultSize) {
        rest = size
    }

    /// Reserves room for the data of a task.
    ///
    /// - Returns: false if there is none.
    package mutating func admit(_ data: JSONText) -> Bool {
        let size = data.bytes.count
        guard size > Self.smallSize else { return true }
        guard size <= rest else { return false }
        rest -= size
        return true
    }

    /// Gives the room back that a task's data had.
    package mutating func release(_ data: JSONText) {
        if data.bytes.count > Self.smallSize { rest += data.bytes.count }
    }
}
