import TaskControl
import TaskModel

// A service in another process, and the end of the service.
extension DashboardModel {
    /// The time of what the screen shows of the tasks.
    var pictureTime: Moment { attachment?.lostAt ?? now }

    /// Whether what the screen shows of the tasks is out of date.
    var isCutOff: Bool { attachment?.lostAt != nil }

    mutating func apply(_ health: ServiceHealth) {
        attachment?.markReached(health, at: now)
        isShuttingDown = health.isShuttingDown
        if isShuttingDown { dropQuitQuestion() }
    }

    /// The question is obsolete once the service ends.
    mutating func dropQuitQuestion() {
        overlays.removeAll {
            if case .confirmation(let confirmation) = $0 { confirmation.purpose == .quit } else { false }
        }
    }

    /// Ends the dashboard: with its service, unless that is in another process.
    mutating func quit() -> [DashboardCommand] { attachment == nil ? endService() : [.quit] }

    /// Asks for confirmation to end the service.
    mutating func endService() -> [DashboardCommand] {
        if attachment == nil {
            if tasks.aliveCount == 0 || isShuttingDown { return [.quit] }
        } else if isShuttingDown {
            showMessage(.failure, "the service is ending already")
            return []
        }
        overlays.append(.confirmation(Confirmation(purpose: .quit)))
        return []
    }

    /// Ends the service once that is confirmed.
    mutating func endServiceNow() -> [DashboardCommand] {
        guard attachment != nil else { return [.quit] }
        showMessage(.pending, "asking the service to end")
        return [.endService]
    }

    mutating func apply(_ result: Result<Void, TaskError>) {
        switch result {
        case .success: showMessage(.success, "the service ends; this screen closes with it")
        case .failure(let error): showMessage(.failure, sentence(for: error, "the service was not ended"))
        }
    }
}
