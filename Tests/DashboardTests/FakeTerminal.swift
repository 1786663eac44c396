import Dispatch
import Synchronization
import TestSupport

@testable import Dashboard

/// A terminal whose keys a test presses and whose screen it reads.
final class FakeTerminal: TerminalDevice, Sendable {
    private struct State {
        var inputs: [TerminalInput] = []
        var performed: [TerminalCommand] = []
        var screen = ""
        /// What was shown since a test last saw what it waited for: a message may come and go meanwhile.
        var screens: [String] = []
        var frames = 0
        var waiters: [(text: String, continuation: CheckedContinuation<Void, Never>)] = []
    }

    let size = Size(width: 100, height: 24)
    let capabilities = Capabilities()
    private let state = Mutex(State())
    private let signal = DispatchSemaphore(value: 0)

    var performed: [TerminalCommand] { state.withLock { $0.performed } }
    var frames: Int { state.withLock { $0.frames } }

    func press(_ keys: Key...) {
        state.withLock { $0.inputs += keys.map { .key($0) } }
        signal.signal()
    }

    func send(_ input: TerminalInput) {
        state.withLock { $0.inputs.append(input) }
        signal.signal()
    }

    func wake() {
        signal.signal()
    }

    /// Returns when a text is on the screen, or has been since this last returned.
    ///
    /// - Throws: ``TextMissing`` when the test is over before it is.
    func shows(_ text: String) async throws {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    let isOver = state.screens.contains { $0.contains(text) } || Task.isCancelled
                    if !isOver { state.waiters.append((text, continuation)) }
                    return isOver
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            resume { _ in true }
        }
        let screen = state.withLock { state in
            state.screens = [state.screen]
            return state.screen
        }
        if Task.isCancelled { throw TextMissing(text: text, screen: screen) }
    }

    private func resume(_ isOver: (String) -> Bool) {
        let found = state.withLock { state in
            let found = state.waiters.filter { isOver($0.text) }
            state.waiters.removeAll { isOver($0.text) }
            return found
        }
        for waiter in found { waiter.continuation.resume() }
    }

    // MARK: - TerminalDevice

    func wait(for limit: Duration?) -> [TerminalInput] {
        let taken = take()
        guard taken.isEmpty else { return taken }
        let seconds = limit.map { Double($0.components.seconds) + Double($0.components.attoseconds) * 1e-18 }
        _ = signal.wait(timeout: seconds.map { .now() + $0 } ?? .distantFuture)
        return take()
    }

    private func take() -> [TerminalInput] {
        state.withLock { state in
            defer { state.inputs = [] }
            return state.inputs
        }
    }

    func show(_ frame: Frame) {
        let text = frame.text
        state.withLock { state in
            state.screen = text
            state.screens.append(text)
            state.frames += 1
        }
        resume { text.contains($0) }
    }

    func perform(_ command: TerminalCommand) {
        state.withLock { $0.performed.append(command) }
    }
}
