/// Why tasks cannot be stored.
package enum StorageFailure: Sendable, Hashable {
    case diskFull(String)
    case unavailable(String)
}
