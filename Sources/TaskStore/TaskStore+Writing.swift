import Dispatch
import GRDB
import NIOConcurrencyHelpers
import NIOPosix
package import TaskModel

// The writing thread.
extension TaskStore {
    /// Writes changes until ``finish()`` has been called and every change has been written or refused.
    ///
    /// Ignores cancellation: the ends that a shutdown brings must be written. Uses one thread all the time, since passing
    /// each transaction to a pool takes about as long as writing it.
    ///
    /// - Parameter clock: returns the current civil time.
    package func run(clock: @escaping @Sendable () -> Timestamp) async {
        let thread = NIOThreadPool(numberOfThreads: 1)
        thread.start()
        await withCheckedContinuation { continuation in
            // Not runIfActive(_:), which does not run a task that is cancelled.
            thread.submit { _ in
                self.writeUntilFinished(clock)
                continuation.resume()
            }
        }
        // Throws only for the shared pool.
        try? await thread.shutdownGracefully()
        let rest = state.withLockedValue { state in
            state.isClosed = true
            defer { state.changes = [] }
            for (change, _) in state.changes { state.keep(change) }
            return state.changes
        }
        for (_, completion) in rest { completion(.failure(.closed)) }
        // The last connection to close merges the log into the database, which only the writing one can.
        (database as? DatabasePool)?.releaseMemory()
        try? database.close()
    }

    /// Makes ``run(clock:)`` return once everything is written.
    package func finish() {
        signalWriter { $0.isFinishing = true }
    }

    /// Makes ``run(clock:)`` return without waiting for other programs that have locked the database.
    ///
    /// Changes that cannot be written at once are lost; see ``unsavedTasks``.
    package func abandon() {
        busyWait.end()
        finish()
    }

    func enqueue(_ change: Change, _ completion: @escaping Completion) {
        var isClosed = false
        signalWriter { state in
            isClosed = state.isClosed
            if isClosed { return state.keep(change) }
            if state.changes.isEmpty { state.waitingSince = .now() }
            state.changes.append((change, completion))
        }
        if isClosed { completion(.failure(.closed)) }
    }

    /// Updates the state and wakes the writing thread.
    private func signalWriter(_ update: (inout State) -> Void) {
        let isNew = state.withLockedValue { state in
            update(&state)
            defer { state.isSignalled = true }
            return !state.isSignalled
        }
        if isNew { writerSignal.signal() }
    }

    /// The time after which changes that must not be lost are written again: nothing signals that a disk has room.
    private static var retryInterval: DispatchTimeInterval { .seconds(1) }

    private func writeUntilFinished(_ clock: () -> Timestamp) {
        // Changes of before this service could write.
        writeAll(retriesUnsaved: true, clock)
        var nextRetry = DispatchTime.now() + Self.retryInterval
        while true {
            let isAllWritten = state.withLockedValue { $0.unsaved.isEmpty && $0.failure == nil }
            _ = writerSignal.wait(timeout: isAllWritten ? .distantFuture : nextRetry)
            let isFinishing = state.withLockedValue { state in
                state.isSignalled = false
                return state.isFinishing
            }
            let isRetry = isFinishing || DispatchTime.now() >= nextRetry
            writeAll(retriesUnsaved: isRetry, clock)
            if isFinishing { return }
            if isRetry || isAllWritten { nextRetry = .now() + Self.retryInterval }
        }
    }

    private func writeAll(retriesUnsaved: Bool, _ clock: () -> Timestamp) {
        var retriesUnsaved = retriesUnsaved
        while true {
            let (entries, since, counters) = state.withLockedValue { state in
                defer { (state.changes, state.waitingSince) = ([], nil) }
                // Earlier changes of a task are written before later ones.
                let ids = Set(state.changes.lazy.compactMap(\.change.id))
                var entries: [Entry] = []
                for (id, change) in state.unsaved where retriesUnsaved || ids.contains(id) {
                    entries.append(Entry(change: change, completion: nil))
                }
                for (change, completion) in state.changes {
                    entries.append(Entry(change: change, completion: completion))
                }
                // Only a write shows that writing is possible again.
                if retriesUnsaved, entries.isEmpty, state.failure != nil {
                    entries.append(Entry(change: .set(.probe, ""), completion: nil))
                }
                return (entries, state.waitingSince, state.counters)
            }
            guard !entries.isEmpty else { return }
            retriesUnsaved = false
            // Changes that were queued during a wait do not wait as long once more.
            busyWait.limited(from: since) { write(entries, counters, at: clock()) }
        }
    }

    private struct Entry {
        let change: Change
        let completion: Completion?
    }

    private func write(_ entries: [Entry], _ counters: StoreWriter.Counters, at now: Timestamp) {
        do throws(StoreError) {
            let commit = try commitWithCheckpoint(entries.map(\.change), counters, at: now)
            finish(entries, commit.outcomes.map(Result.success), commit.counters)
            if !commit.pruned.isEmpty { send(.pruned(commit.pruned)) }
        } catch {
            guard error.isPerChange, entries.count > 1 || keep != nil else {
                return finish(entries, entries.map { _ in .failure(error) }, counters)
            }
            // A change that can never be written must not prevent the others.
            var counters = counters
            let results = entries.map { entry in
                Result { () throws(StoreError) in
                    let commit = try commit([entry.change], counters, keep: nil, at: now)
                    counters = commit.counters
                    return commit.outcomes[0]
                }
            }
            finish(entries, results, counters)
        }
    }

    /// Writes changes in one transaction; on a full disk once more after a checkpoint, which lets the log be overwritten
    /// from its start.
    private func commitWithCheckpoint(
        _ changes: [Change], _ counters: StoreWriter.Counters, at now: Timestamp
    ) throws(StoreError) -> Commit {
        do throws(StoreError) {
            return try commit(changes, counters, keep: keep, at: now)
        } catch {
            guard case .full = error, isDurable else { throw error }
            // Passive: does not wait for readers; pages that they use stay in the log.
            _ = try? database.writeWithoutTransaction { try $0.checkpoint(.passive) }
            return try commit(changes, counters, keep: keep, at: now)
        }
    }

    private struct Commit {
        let outcomes: [Outcome]
        let pruned: [PrunedTask]
        let counters: StoreWriter.Counters
    }

    /// Writes changes in one transaction.
    ///
    /// - Parameter keep: the number of finished tasks to keep; `nil` prunes nothing.
    private func commit(
        _ changes: [Change], _ counters: StoreWriter.Counters, keep: Int?, at now: Timestamp
    ) throws(StoreError) -> Commit {
        do {
            return try database.write { db in
                var writer = StoreWriter(db: db, counters: counters)
                var outcomes: [Outcome] = []
                for change in changes { outcomes.append(try writer.write(change)) }
                if let displacement = files.displacement { throw StoreError.unavailable(reason: displacement) }
                let pruned = try keep.map { try writer.prune(keep: $0, at: now) } ?? []
                return Commit(outcomes: outcomes, pruned: pruned, counters: writer.counters)
            }
        } catch {
            // A displaced file is the cause of whatever error SQLite reports.
            throw files.displacement.map(StoreError.unavailable) ?? StoreError(error)
        }
    }

    /// Records the results of changes, then calls their completions.
    private func finish(
        _ entries: [Entry], _ results: [Result<Outcome, StoreError>], _ counters: StoreWriter.Counters
    ) {
        let (before, after) = state.withLockedValue { state in
            let before = state.failure
            var failure: StoreError?
            state.counters = counters
            for (entry, result) in zip(entries, results) {
                let id = entry.change.lasting?.id
                switch (result, id) {
                case (.success, let id?): state.unsaved[id] = nil
                case (.success, nil): break
                case (.failure(let error), let id?):
                    state.keep(entry.change)
                    failure = error.naming(id)
                case (.failure(.rejected), nil): break
                case (.failure(let error), nil): failure = error
                }
            }
            if failure != nil || state.unsaved.isEmpty { state.failure = failure }
            return (before, state.failure)
        }
        for (entry, result) in zip(entries, results) { entry.completion?(result) }
        if before != after { send(after.map(Report.failed) ?? .recovered) }
    }
}

extension StoreError {
    /// Whether other changes may still be written.
    fileprivate var isPerChange: Bool {
        switch self {
        case .full, .rejected: true
        case .unavailable, .closed: false
        }
    }

    /// The error with the id of a task, if it concerns that task alone.
    fileprivate func naming(_ id: TaskID) -> StoreError {
        if case .rejected(let reason) = self { .rejected(reason: "\(id): \(reason)") } else { self }
    }
}
