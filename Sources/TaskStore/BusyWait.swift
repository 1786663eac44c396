import Dispatch
import GRDB
import NIOConcurrencyHelpers

/// Waits while another program has locked the database: SQLite cannot wait for a lock to be released, only try again.
///
/// SQLite's own busy handler could not be ended by a shutdown.
final class BusyWait: Sendable {
    private let isEnded = NIOLockedValueBox(false)
    private let ending = DispatchSemaphore(value: 0)

    /// Milliseconds between two tries, at most.
    private static let longestDelay = 25
    /// More than 5 s with ``delay(before:)``.
    private static let tries = 213

    var mode: Database.BusyMode { .callback { self.wait(after: $0) } }

    /// Ends all waits, now and later, at once.
    func end() {
        isEnded.withLockedValue { $0 = true }
        ending.signal()
    }

    /// Waits before another try.
    ///
    /// - Returns: Whether there is to be one.
    private func wait(after count: Int) -> Bool {
        guard count < Self.tries, !isEnded.withLockedValue(\.self) else { return false }
        guard ending.wait(timeout: .now() + .milliseconds(min(count + 1, Self.longestDelay))) == .success else {
            return true
        }
        // For other connections that wait.
        ending.signal()
        return false
    }
}
