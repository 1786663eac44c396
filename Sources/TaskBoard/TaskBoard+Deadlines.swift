import TaskModel

// What becomes due.
extension TaskBoard {
    /// The most deadlines of one tick; what is left comes with the next one, at once, after other events.
    private static let tickLimit = 500

    mutating func tick(_ step: inout BoardStep) {
        step.launching.elapse(at: step.now.uptime)
        for _ in 0..<Self.tickLimit {
            guard let id = deadlines.popDue(at: step.now.uptime) else { break }
            guard let due = entries[id]?.deadline, due <= step.now.uptime else { continue }
            change(id, &step) { (entry, step) throws(IllegalTransition) in try step.deadlineReached(by: &entry) }
        }
        reportLingering(&step)
    }

    private mutating func reportLingering(_ step: inout BoardStep) {
        let entries = entries
        let due = transients.popDue(at: step.now.uptime) { entries[$0.id]?.phase.transientSince == $0.since }
        for member in due {
            guard let entry = entries[member.id] else { continue }
            step.actions.append(
                .report(.lingering(record(of: entry, at: step.now), for: step.now.uptime - member.since)))
        }
    }
}
