import NIOConcurrencyHelpers

/// Opens once every part of the start has succeeded: before that nothing is started, stored or served.
final class StartGate: Sendable {
    /// What has to succeed.
    enum Part: Sendable, Hashable {
        /// The address is bound.
        case api
        /// The terminal is open.
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

    /// Keeps the gate closed for good; does nothing once it is open.
    func fail() {
        state.withLockedValue { state -> [CheckedContinuation<Bool, Never>] in
            guard case .waiting(_, let waiters) = state else { return [] }
            state = .failed
            return waiters
        }.forEach { $0.resume(returning: false) }
    }

    var isOpen: Bool { state.withLockedValue { if case .open = $0 { true } else { false } } }

    /// Returns whether the start has succeeded, once that is known.
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
