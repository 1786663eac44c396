import TaskModel

/// The last lines of output of the tasks on the screen, each read again at most once a second and only after more has
/// been written.
struct LastLines: Sendable {
    private struct Reading: Sendable {
        /// The amount of output that was counted when the line was requested, and the attempt.
        var bytes: Int
        var attempt: Int
        var requestedAt: Duration
        var isPending = true
        var text: String?
    }

    private static let interval = Duration.seconds(1)
    /// The number of tasks beyond which those that are not on the screen are dropped.
    private static let capacity = 500

    private var readings: [TaskID: Reading] = [:]

    /// The last line of a task; `nil` if there is none, or none has been read.
    func text(of record: TaskRecord) -> String? {
        guard let reading = readings[record.id], reading.attempt == record.attempt else { return nil }
        return reading.text
    }

    /// The tasks whose line is to be read, among those on the screen.
    mutating func request(for records: some Sequence<TaskRecord>, at now: Duration) -> [TaskID] {
        var requested: [TaskID] = []
        for record in records {
            guard let output = record.output, output.bytes > 0 else { continue }
            var text: String?
            if let last = readings[record.id] {
                guard !last.isPending, last.bytes != output.bytes || last.attempt != record.attempt,
                    now - last.requestedAt >= Self.interval
                else { continue }
                if last.attempt == record.attempt { text = last.text }
            }
            readings[record.id] = Reading(
                bytes: output.bytes, attempt: record.attempt, requestedAt: now, text: text)
            requested.append(record.id)
        }
        return requested
    }

    /// Stores the answer to a request; `nil` if there is no line, or it cannot be read.
    mutating func apply(_ text: String?, of id: TaskID) {
        readings[id]?.isPending = false
        if let text { readings[id]?.text = text }
    }

    /// Drops tasks that are not on the screen, if there are many.
    mutating func drop(except visible: some Collection<TaskID>) {
        guard readings.count > Self.capacity else { return }
        let kept = Set(visible)
        readings = readings.filter { kept.contains($0.key) || $0.value.isPending }
    }
}
