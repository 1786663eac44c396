import Dispatch
import GRDB
import NIOConcurrencyHelpers

/// Waits while another program has locked the database: SQLite cannot wait for a lock to be released, only try again.
///
/// SQLite's own busy handler could not be ended by a shutdown.
final class BusyWait: Sendable {
    private let isEnded = NIOLockedValueBox(false)
    private let deadline = NIOLockedValueBox<DispatchTime?>(nil)
    private let ending = DispatchSemaphore(value: 0)

    /// Milliseconds between two tries, at most.
    private static let longestDelay = 25
    /// More than 5 s with ``delay(before:)``.
    private static let tries = 213

    var mode: Database.BusyMode { .callback { self.wait(after: $0) } }

    /// Waits within `body` no longer than until 5 s after `start`; `nil` means 5 s from each wait on.
    func limited<Result>(from start: DispatchTime?, _ body: () -> Result) -> Result {
        deadline.withLockedValue { $0 = start.map { $0 + .seconds(5) } }
        defer { deadline.withLockedValue { $0 = nil } }
        return body()
    }

    /// Ends all waits, now and later, at once.
    func end() {
        isEnded.withLockedValue { $0 = true }
        ending.signal()
    }

    /// Waits before another try.
    ///
    /// - Returns: Whether there is to be one.
    private func wait(after count: Int) -> Bool {
        guard count < Self.tries, !isEnded.withLockedValue(\.self),
            deadline.withLockedValue({ $0.map { DispatchTime.now() < $0 } ?? true })
        else { return false }
        guard ending.wait(timeout: .now() + .milliseconds(min(count + 1, Self.longestDelay))) == .success else {
            return true
        }
        // For other connections that wait.
        ending.signal()
        return false
    }
}
