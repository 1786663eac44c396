import TaskModel

extension TaskReason {
    /// The reason as a sentence with keys, local times and durations.
    func screenText(at now: Timestamp, in localTime: LocalTime) -> String {
        switch self {
        case .queuePaused: "\(description) (\(DashboardAction.pauseQueue.binding.label) releases it)"
        case .noSlot, .turn, .launchFailed, .storing, .serviceEnding, .other: description
        case .notBefore(let time): "until \(localTime.dateAndCountdown(time, at: now))"
        case .retry(let number, let count, let time, let error):
            "retry \(number) of \(count) \(now.text(until: time)): \(error)"
        case .starting(let since): "its worker has been starting \(now.text(for: since))"
        case .awaitingWorker(_, let since): "waits for its worker's answer \(now.text(for: since))"
        case .paused(let since):
            "paused \(now.text(for: since)) (\(DashboardAction.resume.binding.label) resumes it)"
        case .ending(let step, let since, let next, let time):
            Self.endingText(step, since: since, at: now)
                + (next.flatMap { next in time.map { ", \(next.screenName) \(now.text(until: $0))" } } ?? "")
        case .exiting(let since): "its worker reported its outcome \(now.text(since: since)) and has not exited"
        case .programStopped(let since):
            "its program was stopped by a signal \(now.text(since: since)) (SIGCONT continues it)"
        case .notAnswering(let since, let isStopped):
            "not answering \(now.text(for: since)): "
                + (isStopped ? "stopped by a signal (SIGCONT continues it)" : "its worker has missed a call")
        }
    }

    private static func endingText(_ step: Step, since: Timestamp, at now: Timestamp) -> String {
        switch step {
        case .request: "asked to terminate \(now.text(since: since))"
        case .sigterm, .sigkill: "\(step.rawValue) sent \(now.text(since: since))"
        }
    }
}

extension TaskReason.Step {
    fileprivate var screenName: String {
        switch self {
        case .request: "a request to terminate"
        case .sigterm, .sigkill: rawValue
        }
    }
}

extension Timestamp {
    /// `in 4 s` for a later time, `now` once it has come.
    func text(until time: Timestamp) -> String {
        let rest = time.since(self).wholeMilliseconds
        // Rounded up to avoid `in 0 s`.
        return rest > 0 ? "in \(Format.longDuration(milliseconds: rest - 1 + min(1000, .max - rest)))" : "now"
    }

    /// `4 s ago` for an earlier time, `just now` within a second.
    func text(since time: Timestamp) -> String {
        let elapsed = since(time).wholeMilliseconds
        return elapsed < 1000 ? "just now" : "\(Format.longDuration(milliseconds: elapsed)) ago"
    }

    /// `for 4 s` since an earlier time.
    func text(for time: Timestamp) -> String {
        "for \(Format.longDuration(milliseconds: since(time).wholeMilliseconds))"
    }
}

extension LocalTime {
    /// `Tue 1 Dec 06:00 (in 5 d 6 h)`; without the date on the same day, with the year in another year.
    func dateAndCountdown(_ time: Timestamp, at now: Timestamp) -> String {
        let text =
            startOfDay(time) == startOfDay(now)
            ? String(clock(time).prefix(5))
            : isSameYear(time, now) ? date(time) : "\(full(time).prefix(10)) \(clock(time).prefix(5))"
        return "\(text) (\(now.text(until: time)))"
    }
}
