/// Values made from one version of something; those of another version are forgotten.
package struct VersionedCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let limit: Int
    private var version: UInt64 = 0
    private var values: [Key: Value] = [:]

    /// - Parameter limit: the most values that are held.
    package init(limit: Int) {
        self.limit = limit
    }

    /// The value of this version, if it is held.
    package func value(for key: Key, version: UInt64) -> Value? {
        version == self.version ? values[key] : nil
    }

    /// Holds a value; what is of another version, or too much, goes.
    package mutating func insert(_ value: Value, for key: Key, version: UInt64) {
        if version != self.version || values.count >= limit { values = [:] }
        self.version = version
        values[key] = value
    }
}
