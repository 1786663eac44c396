import Dashboard
import TaskModel

/// Tasks in words, for the terminal and for pipes.
struct TaskText: Sendable {
    let terminal: ShellTerminal
    /// The number of characters of an id.
    let idLength: Int
    let now: Timestamp
    let localTime: LocalTime

    /// - Parameter ids: those that are to be told apart; all of an id is shown where it may be read by a program.
    init(_ terminal: ShellTerminal, ids: [TaskID], now: Timestamp, localTime: LocalTime = .system) {
        self.terminal = terminal
        idLength = terminal.isTerminal ? TaskLookup.shortLength(of: ids) : 26
        self.now = now
        self.localTime = localTime
    }

    func id(_ id: TaskID) -> String { String(id.description.suffix(idLength)) }

    /// The error of a task that has failed, the reason of one that waits, the step of one that runs.
    func explanation(of record: TaskRecord) -> String {
        record.error ?? reason(of: record) ?? (record.state.isFinal ? "" : record.progress.step ?? "")
    }

    /// Why a task does not run, with local times for users; `nil` if it runs or has ended.
    func reason(of record: TaskRecord) -> String? {
        guard let reason = record.reason?.description else { return nil }
        return terminal.isTerminal ? localTime.localized(reason, at: now) : reason
    }

    static func color(of state: TaskState) -> TextColor {
        switch state {
        case .queued: .waiting
        case .starting, .running, .stopping: .active
        case .paused: .waiting
        case .completed: .good
        case .failed: .bad
        case .terminated, .killed: .muted
        }
    }

    /// `01:02:03`; empty before the start.
    static func elapsed(_ record: TaskRecord) -> String {
        record.startedAt == nil ? "" : Format.duration(milliseconds: record.activeMilliseconds)
    }

    /// `42 %`; empty for a task that waits.
    static func percent(_ record: TaskRecord) -> String {
        record.state == .queued ? "" : Format.percent(record.progress.fraction)
    }

    func time(_ time: Timestamp?) -> String { time.map { localTime.short($0, at: now) } ?? "" }
}
