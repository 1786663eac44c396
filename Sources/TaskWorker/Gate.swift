import Dispatch
import NIOConcurrencyHelpers
import Synchronization
import TaskTypes

/// Where the working thread passes by, and where it can be held or turned back.
///
/// Any thread may call ``hold()``, ``release()`` and ``close()``; one thread passes.
final class Gate: Sendable {
    /// What the working thread finds at the gate.
    ///
    /// `shut` is for good.
    private enum Position {
        case open, held, shut
    }

    private let position = NIOLockedValueBox(Position.open)
    /// Whether ``position`` is anything but open: what the working thread reads on its fast path.
    private let isObstructed = Atomic(false)
    /// Signalled with every change of position, so that whoever waits looks again.
    private let changed = DispatchSemaphore(value: 0)

    func hold() { move(to: .held) }
    func release() { move(to: .open) }
    func close() { move(to: .shut) }

    private func move(to target: Position) {
        position.withLockedValue { position in
            if position != .shut { position = target }
            isObstructed.store(position != .open, ordering: .relaxed)
        }
        changed.signal()
    }

    /// Passes the gate, waiting while it is held.
    ///
    /// - Parameters:
    ///   - held: called when the thread comes to stand, before it waits.
    ///   - released: called when it goes on after that.
    /// - Throws: ``WorkStopped`` once the gate is shut.
    func pass(held: () -> Void, released: () -> Void) throws(WorkStopped) {
        guard isObstructed.load(ordering: .relaxed) else { return }
        var stands = false
        while true {
            switch position.withLockedValue({ $0 }) {
            case .shut:
                throw WorkStopped()
            case .open:
                if stands { released() }
                return
            case .held:
                if !stands { held() }
                stands = true
                changed.wait()
            }
        }
    }

    /// Waits for a time, or until the gate moves, whichever comes first.
    ///
    /// - Returns: How long it really was.
    func wait(atMost duration: Duration) -> Duration {
        let clock = ContinuousClock()
        let start = clock.now
        let (seconds, attoseconds) = duration.components
        let nanoseconds = Int(clamping: seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
        _ = changed.wait(timeout: .now() + .nanoseconds(nanoseconds))
        return clock.now - start
    }
}
