import TaskControl
import TaskModel

/// A failure, or a cause of delay, that the header shows first.
struct Alarm: Sendable, Hashable {
    /// The wordings, longest first; they are never truncated, so each is complete.
    let wordings: [String]
    let style: Style

    init(_ wordings: [String], _ style: Style) {
        self.wordings = wordings
        self.style = style
    }
}

extension DashboardModel {
    /// All alarms, worst first.
    var alarms: [Alarm] {
        var alarms: [Alarm] = []
        let (critical, warning) = (Style(.error, bold: true, reversed: true), Style(.warning, bold: true))
        if let loss = attachment?.lossText(at: now), let reason = attachment?.reason {
            let words = "reconnecting, \(loss)"
            alarms.append(Alarm(wordings(words, reason) + [words], Style(.warning, bold: true, reversed: true)))
        }
        switch storageFailure {
        case .diskFull: alarms.append(Alarm(["DISK FULL: new tasks are refused", "DISK FULL"], critical))
        case .unavailable(let reason):
            let words = "TASKS CANNOT BE STORED"
            alarms.append(Alarm(wordings(words, reason) + ["STORAGE FAILS"], critical))
        case nil: break
        }
        if isShuttingDown {
            // Tasks that have not started will not start any more.
            return alarms + [Alarm(endOutcome.endingTexts, warning)]
        }
        if let launchFailure {
            let words = "no worker can be started"
            alarms.append(Alarm(wordings(words, launchFailure) + ["NO WORKERS"], warning))
        }
        let silent = silentTasks.count
        if silent > 0 {
            alarms.append(Alarm(["\(glyphs.silent) \(silent) not answering", "\(glyphs.silent) \(silent)"], warning))
        }
        if queue.isPaused {
            alarms.append(
                Alarm(
                    ["QUEUE HELD (\(DashboardAction.pauseQueue.binding.label) releases it)", "QUEUE HELD", "HELD"],
                    warning
                ))
        }
        return alarms
    }

    /// The wordings of a failure: with its reason, with the reason cut at each word, and without it.
    private func wordings(_ what: String, _ reason: String) -> [String] {
        // No header is wider.
        let words = reason.prefix(400).split(separator: " ")
        let beginnings = (1..<max(1, words.count)).reversed().map { count in
            "\(what): \(words.prefix(count).joined(separator: " "))\(Character(glyphs.ellipsis))"
        }
        return ["\(what): \(reason.prefix(400))"] + beginnings + [what]
    }
}
