/// The members of a record that a client asks for.
package enum RecordFields: Sendable, Hashable {
    case all
    /// All but `task_data`, `result` and `attempts`, which may be large.
    case summary
}
