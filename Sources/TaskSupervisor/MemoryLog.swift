import NIOConcurrencyHelpers
import TaskControl
import TaskModel

/// The log of work that is built in: the lines on its worker's standard error that the service keeps.
///
/// Their control characters have been made visible, so that there is one form for `text` and `raw`.
final class MemoryLog: TaskLog {
    private struct State {
        /// What has not been returned.
        var rest: [UInt8]
        /// The number of lines that have been read, of all that were logged.
        var position: Int
    }

    let hasTimes = false
    let tag: String?
    let isTruncated: Bool
    private let count: Int
    private let follower: AttemptFollower?
    private let tasks: TaskService
    private let state: NIOLockedValueBox<State>

    /// - Parameters:
    ///   - lines: those that there are now.
    ///   - position: the number of lines that were logged until now.
    ///   - isTruncated: whether earlier lines are not kept.
    ///   - isComplete: whether no line follows.
    init(
        _ lines: some Sequence<String>, upTo position: Int, isTruncated: Bool,
        isComplete: Bool, follower: AttemptFollower?, tasks: TaskService
    ) {
        let bytes = Self.bytes(of: lines)
        tag = isComplete ? "\(position)-\(bytes.count)" : nil
        self.isTruncated = isTruncated
        self.follower = follower
        self.tasks = tasks
        count = bytes.count
        state = NIOLockedValueBox(State(rest: bytes, position: position))
    }

    func size() async -> Int { count }

    func skip(_ count: Int) async {
        state.withLockedValue { $0.rest.removeFirst(min(count, $0.rest.count)) }
    }

    func next() async -> [UInt8]? {
        while true {
            // Before the lines: none is logged after the end.
            let isAtEnd = follower?.hasEnded ?? true
            if let bytes = await nextBytes() { return bytes }
            guard !isAtEnd, await follower?.waitForMore() == true else { return nil }
        }
    }

    func stopFollowing() { follower?.stop() }

    private func nextBytes() async -> [UInt8]? {
        let (rest, position) = state.withLockedValue { state in
            defer { state.rest = [] }
            return (state.rest, state.position)
        }
        if !rest.isEmpty { return rest }
        guard let follower else { return nil }
        let (lines, next) = await tasks.logLines(of: follower.task, attempt: follower.attempt, from: position)
        state.withLockedValue { $0.position = next }
        let bytes = Self.bytes(of: lines)
        return bytes.isEmpty ? nil : bytes
    }

    private static func bytes(of lines: some Sequence<String>) -> [UInt8] {
        lines.flatMap { Array($0.utf8) + [UInt8(ascii: "\n")] }
    }
}
