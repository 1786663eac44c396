import TaskModel

extension Timestamp {
    static let millisecondsPerHour: Int64 = 3_600_000
    static let millisecondsPerDay: Int64 = 24 * millisecondsPerHour

    /// The time so many hours later.
    func advanced(hours: Int64) -> Timestamp {
        Timestamp(milliseconds: milliseconds + hours * Self.millisecondsPerHour)
    }
}
