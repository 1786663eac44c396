import Dispatch
import GRDB
import SystemPackage

/// A service's database that another program has locked, as a backup does, until it is unlocked.
struct LockedDatabase {
    private let database: DatabaseQueue
    private let release = DispatchSemaphore(value: 0)

    /// - Parameter state: the service's state directory.
    init(in state: FilePath) async throws {
        database = try DatabaseQueue(path: state.appending("tasks.sqlite").string)
        let lock = AsyncStream<Void>.makeStream()
        database.asyncWrite(
            { [release] _ in
                lock.continuation.finish()
                release.wait()
            }, completion: { _, _ in })
        for await _ in lock.stream {}
    }

    func unlock() { release.signal() }
}
