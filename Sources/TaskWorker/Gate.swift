import Dispatch
import NIOConcurrencyHelpers
import Synchronization
import TaskTypes

/// Where the working thread passes by, and where it can be held or turned back.
///
/// Any thread may call the rest; one thread passes and waits. What has come about is told by whoever brings it about:
/// a thread that waits here is held without being woken for it.
final class Gate: Sendable {
    /// What the working thread finds at the gate.
    ///
    /// `shut` is for good.
    private enum Position {
        case open, held, shut
    }

    private struct State {
        var position = Position.open
        /// Whether the working thread waits, and will look at the gate before it does anything else.
        var isWaiting = false
        /// Whether it has been told that the working thread is held.
        var isStanding = false

        /// Has it told that the working thread is held, if it is and that is news.
        mutating func stand(_ standing: () -> Void) {
            guard position == .held, !isStanding else { return }
            isStanding = true
            standing()
        }
    }

    private let state = NIOLockedValueBox(State())
    /// Whether the position is anything but open: what the working thread reads on its fast path.
    private let isObstructed = Atomic(false)
    /// Signalled with every change of position, so that whoever waits looks again.
    private let changed = DispatchSemaphore(value: 0)

    /// - Parameter standing: called if the working thread comes to stand by this; nothing else happens meanwhile.
    func hold(standing: () -> Void) {
        move(to: .held) { state in
            if state.isWaiting { state.stand(standing) }
        }
    }

    /// - Parameter going: called if the working thread goes on by this; nothing else happens meanwhile.
    func release(going: () -> Void) {
        move(to: .open) { state in
            guard state.isStanding, state.position == .open else { return }
            state.isStanding = false
            going()
        }
    }

    func close() { move(to: .shut) { _ in } }

    private func move(to target: Position, _ tell: (inout State) -> Void) {
        state.withLockedValue { state in
            if state.position != .shut { state.position = target }
            isObstructed.store(state.position != .open, ordering: .relaxed)
            tell(&state)
        }
        changed.signal()
    }

    /// Passes the gate, waiting while it is held.
    ///
    /// - Parameter standing: called when the thread comes to stand by this, before it waits.
    /// - Throws: ``WorkError/stopped`` once the gate is shut.
    func pass(standing: () -> Void) throws(WorkError) {
        guard isObstructed.load(ordering: .relaxed) else { return }
        while true {
            let position = state.withLockedValue { state in
                state.stand(standing)
                return state.position
            }
            switch position {
            case .shut: throw WorkError.stopped
            case .open: return
            case .held: changed.wait()
            }
        }
    }

    /// Waits for a time, or until the gate moves, whichever comes first; to be passed next, before anything is told.
    ///
    /// - Returns: How long it really was.
    func wait(atMost duration: Duration) -> Duration {
        let clock = ContinuousClock()
        let start = clock.now
        let (seconds, attoseconds) = duration.components
        let nanoseconds = Int(clamping: seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
        state.withLockedValue { $0.isWaiting = true }
        _ = changed.wait(timeout: .now() + .nanoseconds(nanoseconds))
        state.withLockedValue { $0.isWaiting = false }
        return clock.now - start
    }
}
