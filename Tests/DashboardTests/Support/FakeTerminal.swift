import Dispatch
import Synchronization
import TestSupport
import Testing

@testable import Dashboard

/// A terminal with scripted keys and a readable screen.
final class FakeTerminal: TerminalDevice, Sendable {
    private struct State {
        var inputs: [TerminalInput] = []
        var performed: [TerminalCommand] = []
        var screen = ""
        /// The screens since the last input: a message may disappear before a test reads it.
        var screens: [String] = []
        var frames = 0
        var waiters: [Waiter] = []
        /// A text, and the keys that arrive while the first frame with it is drawn.
        var pressedWhileDrawing: (text: String, keys: [Key])?
        var perRead = Int.max
    }

    let size = Size(width: 100, height: 24)
    let capabilities = Capabilities()
    private let state = Mutex(State())
    private let signal = DispatchSemaphore(value: 0)

    var performed: [TerminalCommand] { state.withLock { $0.performed } }
    var frames: Int { state.withLock { $0.frames } }

    func press(_ keys: Key...) { press(keys) }

    func press(_ keys: [Key]) { send(keys.map { .key($0) }) }

    func send(_ input: TerminalInput) { send([input]) }

    /// Presses keys while a text is being drawn, before it is on the screen.
    ///
    /// - Parameter perRead: The number of keys that one read returns from then on.
    func press(_ keys: Key..., whileDrawing text: String, perRead: Int = .max) {
        state.withLock { state in
            state.pressedWhileDrawing = (text, keys)
            state.perRead = perRead
        }
    }

    private func send(_ inputs: [TerminalInput]) {
        state.withLock { state in
            state.screens = [state.screen]
            state.inputs += inputs
        }
        signal.signal()
    }

    func wake() {
        signal.signal()
    }

    /// Waits until a text is on the screen, or has been since the last input.
    ///
    /// - Throws: ``TextMissing`` if the test is canceled first.
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
            resume(state.withLock { Self.removeWaiters(&$0) { _ in true } })
        }
        guard Task.isCancelled else { return }
        let error = state.withLock { TextMissing(text: text, screen: $0.screen) }
        // The error of a canceled test is not reported.
        Issue.record(error)
        throw error
    }

    private typealias Waiter = (text: String, continuation: CheckedContinuation<Void, Never>)

    private static func removeWaiters(_ state: inout State, _ isOver: (String) -> Bool) -> [Waiter] {
        defer { state.waiters.removeAll { isOver($0.text) } }
        return state.waiters.filter { isOver($0.text) }
    }

    private func resume(_ waiters: [Waiter]) {
        for waiter in waiters { waiter.continuation.resume() }
    }

    // MARK: - TerminalDevice

    func wait(for limit: Duration?) -> [TerminalInput] {
        let inputs = dequeue()
        guard inputs.isEmpty else { return inputs }
        let seconds = limit.map { Double($0.components.seconds) + Double($0.components.attoseconds) * 1e-18 }
        _ = signal.wait(timeout: seconds.map { .now() + $0 } ?? .distantFuture)
        return dequeue()
    }

    private func dequeue() -> [TerminalInput] {
        state.withLock { state in
            defer { state.inputs.removeFirst(min(state.perRead, state.inputs.count)) }
            return Array(state.inputs.prefix(state.perRead))
        }
    }

    func discardInput() -> Bool {
        state.withLock { state in
            let (count, read) = (state.inputs.count, state.inputs.prefix(state.perRead))
            let kept = read.filter {
                switch $0 {
                case .key, .paste, .mouse: false
                case .resized, .resumed, .hungUp: true
                }
            }
            state.inputs.replaceSubrange(..<read.count, with: kept)
            return state.inputs.count < count
        }
    }

    func show(_ frame: Frame) {
        let text = frame.text
        let found = state.withLock { state in
            if let pressed = state.pressedWhileDrawing, text.contains(pressed.text) {
                state.inputs += pressed.keys.map { .key($0) }
                state.pressedWhileDrawing = nil
            }
            state.screen = text
            state.screens.append(text)
            state.frames += 1
            return Self.removeWaiters(&state) { text.contains($0) }
        }
        resume(found)
    }

    func perform(_ command: TerminalCommand) {
        state.withLock { $0.performed.append(command) }
    }
}
