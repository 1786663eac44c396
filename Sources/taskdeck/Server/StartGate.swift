import NIOConcurrencyHelpers

/// A gate that opens once every part has started: until then no task is started or stored, and no request served.
final class StartGate: Sendable {
    /// A part that can fail to start.
    enum Part: Sendable, Hashable {
        /// Started once its address is bound.
        case api
        /// Started once the terminal is open.
        case dashboard
    }

    private enum State {
        case waiting(for: Set<Part>, [CheckedContinuation<Bool, Never>])
        case open
        case failed
    }

    private let state: NIOLockedValueBox<State>

    init(_ parts: Set<Part>) {
        state = NIOLockedValueBox(.waiting(for: parts, []))
    }

    /// Marks a part as started.
    func succeed(_ part: Part) {
        state.withLockedValue { state -> [CheckedContinuation<Bool, Never>] in
            guard case .waiting(var parts, let waiters) = state else { return [] }
            parts.remove(part)
            state = parts.isEmpty ? .open : .waiting(for: parts, waiters)
            return parts.isEmpty ? waiters : []
        }.forEach { $0.resume(returning: true) }
    }

    /// Closes the gate for good, unless it is open.
    func fail() {
        state.withLockedValue { state -> [CheckedContinuation<Bool, Never>] in
            guard case .waiting(_, let waiters) = state else { return [] }
            state = .failed
            return waiters
        }.forEach { $0.resume(returning: false) }
    }

    var isOpen: Bool { state.withLockedValue { if case .open = $0 { true } else { false } } }

    /// Waits until the start has succeeded or failed.
    ///
    /// - Returns: Whether it has succeeded.
    func wait() async -> Bool {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLockedValue { state -> Bool? in
                switch state {
                case .open: return true
                case .failed: return false
                case .waiting(let parts, let waiters):
                    state = .waiting(for: parts, waiters + [continuation])
                    return nil
                }
            }
            if let isOpen { continuation.resume(returning: isOpen) }
        }
    }
}
