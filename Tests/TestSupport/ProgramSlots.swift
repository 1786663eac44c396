import DequeModule
import Foundation

/// Lets a few tests run programs at a time: if all did at once, each would wait minutes for the processor, and limits of
/// time would be over that have nothing to do with what is tested.
package actor ProgramSlots {
    /// More than there are processors, since programs under test mostly wait.
    private static let shared = ProgramSlots(count: max(4, 3 * ProcessInfo.processInfo.activeProcessorCount))

    /// Whether this test runs a program already; it may run others, and must not wait for itself.
    @TaskLocal private static var isHeld = false

    private var free: Int
    private var waiting: Deque<CheckedContinuation<Void, Never>> = []

    private init(count: Int) {
        free = count
    }

    /// Runs `body` as soon as it is the test's turn.
    package static func withSlot<Result: Sendable>(
        isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Result
    ) async throws -> Result {
        if isHeld { return try await body() }
        await shared.take()
        do {
            let result = try await $isHeld.withValue(true) { try await body() }
            await shared.giveBack()
            return result
        } catch {
            await shared.giveBack()
            throw error
        }
    }

    private func take() async {
        if free > 0 { return free -= 1 }
        await withCheckedContinuation { waiting.append($0) }
    }

    private func giveBack() {
        if let next = waiting.popFirst() { next.resume() } else { free += 1 }
    }
}
