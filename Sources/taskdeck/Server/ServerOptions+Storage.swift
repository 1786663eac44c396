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

    /// - Throws: ``StartError`` when the directory's content cannot be used.
    func openStore(in directory: ServiceDirectory) throws(StartError) -> TaskStore {
        do throws(StateUnusable) {
            return try TaskStore(
                directory.state, keep: keep == 0 ? nil : keep, titles: TaskService.title(of:))
        } catch {
            throw .environment("\(error)")
        }
    }

    /// Where programs' output goes.
    func programLogs(in directory: ServiceDirectory) -> ProgramLogs {
        ProgramLogs(path: directory.logs.string, limit: logLimit.count)
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
