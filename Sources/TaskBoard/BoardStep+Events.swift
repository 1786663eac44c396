import TaskModel

extension BoardStep {
    /// Decides on an event of one task.
    mutating func apply(_ event: EntryEvent, to entry: inout TaskEntry) throws(IllegalTransition) {
        switch event {
        case .started(let pid): started(&entry, pid: pid)
        case .launchFailed(let reason): try retractLaunch(&entry, because: reason)
        case .unlaunchable(let reason): try failLaunch(&entry, because: reason)
        case .updated(let update): try updated(&entry, by: update)
        case .stopped: if entry.phase.hasWorker { entry.responsiveness.recordStop(at: now) }
        case .continued: entry.responsiveness = .answering
        case .logged: entry.responsiveness.recordSignOfLife()
        case .probed(let address, let isAnswering): probed(&entry, address, isAnswering: isAnswering)
        case .violated(let reason): try lose(&entry, because: reason)
        case .ended(let end, let lastLogLine, let logSize):
            entry.logSize = logSize
            try ended(&entry, end, lastLogLine)
        case .called(let id, let result): called(&entry, id, result)
        case .stored: try stored(&entry)
        case .reordered(let priority, let order):
            guard entry.isQueued else { return }
            entry.options.priority = priority ?? entry.options.priority
            entry.queueOrder = order ?? entry.queueOrder
        }
    }
}
