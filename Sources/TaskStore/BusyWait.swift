import Dispatch
import GRDB
import NIOConcurrencyHelpers

/// The wait for a database that another program has locked: SQLite reports no release of a lock, so it tries again.
///
/// A shutdown ends the wait, which it could not do with SQLite's own busy handler.
final class BusyWait: Sendable {
    private let isEnded = NIOLockedValueBox(false)
    private let deadline = NIOLockedValueBox<DispatchTime?>(nil)
    private let ending = DispatchSemaphore(value: 0)

    /// The longest time between two tries, in milliseconds.
    private static let longestDelay = 25
    /// With delays of 1, 2, 3 … ms up to the longest, somewhat more than 5 s.
    private static let tries = 213

    var mode: Database.BusyMode { .callback { self.wait(after: $0) } }

    /// Runs `body`, in which waits end 5 s after `start`; with `nil`, each wait ends 5 s after it began.
    func limited<Result>(from start: DispatchTime?, _ body: () -> Result) -> Result {
        deadline.withLockedValue { $0 = start.map { $0 + .seconds(5) } }
        defer { deadline.withLockedValue { $0 = nil } }
        return body()
    }

    /// Ends all waits, present and future, at once.
    func end() {
        isEnded.withLockedValue { $0 = true }
        ending.signal()
    }

    /// Waits before the next try.
    ///
    /// - Returns: Whether to try again.
    private func wait(after count: Int) -> Bool {
        guard count < Self.tries, !isEnded.withLockedValue(\.self),
            deadline.withLockedValue({ $0.map { DispatchTime.now() < $0 } ?? true })
        else { return false }
        guard ending.wait(timeout: .now() + .milliseconds(min(count + 1, Self.longestDelay))) == .success else {
            return true
        }
        // Other connections may wait, too.
        ending.signal()
        return false
    }
}
