import NIOConcurrencyHelpers
import TaskControl
import TaskModel

/// Follows the output of one task for a reader that reads its end page by page.
///
/// The next output is waited for once the reader has read all of it: while it does not, nothing is requested.
final class OutputFollower: Sendable {
    /// The most lines of an answer that shows only that there is more.
    private static let lineLimit = 1
    /// An answer without more that comes earlier has not waited.
    private static let shortestWait = Duration.seconds(5)
    private static let retryInterval = Duration.seconds(5)

    /// Sends a request that changes nothing until it has an answer.
    typealias Repetition = (() async throws(TaskError) -> OutputPage?) async throws(TaskError) -> OutputPage?

    /// The result of a reader's request at the end of the output.
    private enum Reading: Sendable {
        case read(Known)
        case failed
    }

    /// What the reader has read.
    private struct Known: Sendable {
        /// A query for what follows.
        let next: OutputQuery
        let reached: OutputCursor
    }

    private let id: TaskID
    private let client: TaskClient
    /// Half of a slow line is left to others, however fast a program writes.
    private let pace = RequestPace(pause: 1)
    private let results: AsyncStream<Reading>
    private let readings: AsyncStream<Reading>.Continuation
    private let hasBegun = NIOLockedValueBox(false)

    init(of id: TaskID, _ client: TaskClient) {
        (self.id, self.client) = (id, client)
        (results, readings) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Reads a page at the end of the output.
    func read(
        _ query: OutputQuery, _ body: () async throws(TaskError) -> OutputPage?
    ) async throws(TaskError) -> OutputPage? {
        let page: OutputPage?
        do throws(TaskError) {
            page = try await pace.run(body)
        } catch {
            readings.yield(.failed)
            throw error
        }
        // A reader that has not come to the end reads on by itself.
        guard page?.hasLater != true else { return page }
        let part = page.map { OutputPart.after($0.end) } ?? .last
        let next = OutputQuery(part, stream: query.stream, limit: Self.lineLimit)
        readings.yield(.read(Known(next: next, reached: page?.reached ?? .beginning)))
        return page
    }

    /// Waits until there may be more than has been read; the first time not at all.
    ///
    /// - Returns: `nil` once the task is canceled.
    func next(_ repeated: Repetition) async -> Void? {
        let isFirst = hasBegun.withLockedValue { hasBegun in
            defer { hasBegun = true }
            return !hasBegun
        }
        if isFirst { return () }
        for await result in results {
            switch result {
            case .read(let known): if await hasMore(than: known, repeated) { return () }
            case .failed: if await mayRetry() { return () }
            }
        }
        return nil
    }

    private func hasMore(than known: Known, _ repeated: Repetition) async -> Bool {
        let clock = ContinuousClock()
        while !Task.isCancelled {
            let start = clock.now
            do throws(TaskError) {
                let page = try await repeated { () async throws(TaskError) in
                    try await client.output(of: id, attempt: nil, known.next, behind: known.reached)
                }
                if (page?.reached ?? .beginning) != known.reached { return true }
            } catch {
                return await mayRetry()
            }
            if clock.now - start < Self.shortestWait { return false }
        }
        return false
    }

    /// Waits for a while after a refusal, whose reason may pass without a signal; the reader then reads again.
    private func mayRetry() async -> Bool {
        (try? await Task.sleep(for: Self.retryInterval)) != nil
    }
}

/// The followers of outputs, by task.
final class OutputFollowers: Sendable {
    private let followers = NIOLockedValueBox<[TaskID: OutputFollower]>([:])

    subscript(_ id: TaskID) -> OutputFollower? { followers.withLockedValue { $0[id] } }

    /// Adds a follower, in place of one that the task has.
    func add(_ follower: OutputFollower, of id: TaskID) { followers.withLockedValue { $0[id] = follower } }

    /// Removes a follower unless there is another one of the task by now.
    func remove(_ follower: OutputFollower, of id: TaskID) {
        followers.withLockedValue { if $0[id] === follower { $0[id] = nil } }
    }
}
