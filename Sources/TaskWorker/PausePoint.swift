import Dispatch
import NIOConcurrencyHelpers
import Synchronization
import TaskTypes

/// The point at which the working thread can be paused or stopped.
///
/// One thread passes and waits; any thread may call the rest. A change is reported on the thread that causes it: a
/// thread that already waits is paused without being woken.
final class PausePoint: Sendable {
    /// What happens to the working thread when it gets here; `stopped` is final.
    private enum Mode {
        case open, paused, stopped
    }

    private struct State {
        var mode = Mode.open
        /// Whether the working thread waits, and will pass before it does anything else.
        var isWaiting = false
        /// Whether the pause has been reported.
        var isPaused = false

        /// Reports the pause, once.
        mutating func reportPause(_ onPause: () -> Void) {
            guard mode == .paused, !isPaused else { return }
            isPaused = true
            onPause()
        }
    }

    private let state = NIOLockedValueBox(State())
    /// Whether the mode is anything but open: all that the working thread reads on its fast path.
    private let isObstructed = Atomic(false)
    /// Signaled with every change of the mode, so that a thread that waits reads it again.
    private let changed = DispatchSemaphore(value: 0)

    /// Pauses the working thread here.
    ///
    /// - Parameter onPause: called, under the lock, if the thread is paused by this.
    func pause(onPause: () -> Void) {
        setMode(.paused) { state in
            if state.isWaiting { state.reportPause(onPause) }
        }
    }

    /// Lets the working thread go on.
    ///
    /// - Parameter onResume: called, under the lock, if the thread was paused.
    func resume(onResume: () -> Void) {
        setMode(.open) { state in
            guard state.isPaused, state.mode == .open else { return }
            state.isPaused = false
            onResume()
        }
    }

    /// Has every pass throw from now on.
    func stop() { setMode(.stopped) { _ in } }

    private func setMode(_ mode: Mode, _ report: (inout State) -> Void) {
        state.withLockedValue { state in
            if state.mode != .stopped { state.mode = mode }
            isObstructed.store(state.mode != .open, ordering: .relaxed)
            report(&state)
        }
        changed.signal()
    }

    /// Returns at once, or, while paused, when resumed.
    ///
    /// - Parameter onPause: called, under the lock, if the thread is paused by this, before it waits.
    /// - Throws: ``WorkError/stopped`` once stopped.
    func pass(onPause: () -> Void) throws(WorkError) {
        guard isObstructed.load(ordering: .relaxed) else { return }
        while true {
            let mode = state.withLockedValue { state in
                state.reportPause(onPause)
                return state.mode
            }
            switch mode {
            case .stopped: throw .stopped
            case .open: return
            case .paused: changed.wait()
            }
        }
    }

    /// Waits for a time or until the mode changes, whichever comes first.
    ///
    /// ``pass(onPause:)`` must follow before anything is reported.
    ///
    /// - Returns: How long it was.
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
