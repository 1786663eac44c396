import Glibc
import SystemPackage
import TaskControl
import TaskModel
import TaskStore
import TaskSupervisor

extension ServerOptions {
    /// The number of finished tasks that are kept in memory; others are read from the store on request.
    var window: Int { keep == 0 ? Self.windowLimit : min(keep, Self.windowLimit) }
    private static var windowLimit: Int { 10_000 }

    /// The number of finished tasks that are loaded at the start, for the dashboard to show.
    private static var historyLength: Int { 1000 }

    /// - Throws: ``StartError`` when the directory or its content cannot be used.
    func openStore() throws(StartError) -> TaskStore {
        let path = ephemeral ? nil : try statePath()
        do throws(StateUnusable) {
            return try TaskStore(
                path.map { path throws(StateUnusable) in try StateDirectory(path) }, keep: keep == 0 ? nil : keep,
                titles: TaskService.title(of:))
        } catch {
            throw .environment("\(error)")
        }
    }

    /// - Throws: ``StartError`` when the stored tasks cannot be read.
    func load(_ store: TaskStore) throws(StartError) -> StoredTasks {
        do throws(StateUnusable) {
            return try store.load(window: Self.historyLength, at: ServiceClock().now.wall)
        } catch {
            throw .environment("\(error)")
        }
    }
}
