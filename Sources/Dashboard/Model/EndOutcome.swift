import TaskModel

/// The effect of an end of the service on its tasks.
struct EndOutcome: Sendable, Hashable {
    /// The number of tasks whose worker is ended.
    let ended: Int
    /// The number of tasks without a worker.
    let waiting: Int
    let retention: TaskRetention

    /// `4 tasks will be ended; 996 wait for the next start`.
    var sentence: String {
        let end = ended == 0 ? "no task will be ended" : "\(Format.tasks(ended)) will be ended"
        switch retention {
        case .none:
            if ended + waiting == 0 { return "no task is alive any more" }
            return waiting == 0
                ? "\(end) and forgotten, as all others are" : "\(end); \(waiting) that \(wait) will be forgotten"
        case .unknown:
            if ended + waiting == 0 { return "no task is alive any more" }
            return waiting == 0 ? end : "\(end); \(waiting) \(wait)"
        case .onDisk(let requeues):
            let again = requeues && ended > 0 ? ", to be started again at the next start" : ""
            if waiting > 0 { return "\(end)\(again); \(waiting) \(wait) for the next start" }
            return ended == 0 ? "no task is alive any more" : end + again
        }
    }

    /// `ends 4, 996 wait`.
    var shortSentence: String {
        var parts = [ended == 0 ? "ends none" : "ends \(ended)"]
        if waiting > 0 { parts.append(retention == .none ? "forgets \(waiting)" : "\(waiting) \(wait)") }
        return parts.joined(separator: ", ")
    }

    /// The wordings for the time while the service ends, longest first: `ending, 4 tasks left; 996 wait for the next
    /// start`.
    var endingTexts: [String] {
        guard waiting > 0 else {
            return ["ending, \(Format.tasks(ended)) left", "ending, \(ended) left", "ending \(ended)"]
        }
        let rest =
            switch retention {
            case .none: "\(waiting) will be forgotten"
            case .onDisk: "\(waiting) \(wait) for the next start"
            case .unknown: "\(waiting) \(wait)"
            }
        return ["ending, \(Format.tasks(ended)) left; \(rest)", "ending, \(ended) left", "ending \(ended)"]
    }

    private var wait: String { waiting == 1 ? "waits" : "wait" }
}

extension DashboardModel {
    /// The effect on the present tasks.
    var endOutcome: EndOutcome {
        let waiting = tasks.counts[.queued] ?? 0
        return EndOutcome(ended: tasks.aliveCount - waiting, waiting: waiting, retention: retention)
    }
}
