import NIOPosix
import TaskBoard
import TaskModel
import TaskOutput
import TaskStore
import TaskTypes
import WorkerProtocol

// The programs of tasks, and what they write.
extension TaskService {
    /// The program of a task; `nil` where the work is built in.
    func program(of launch: Launch) async throws(LaunchError) -> ProgramAssignment? {
        guard !TaskTypeRegistry.isBuiltInWork(launch.type) else { return nil }
        guard let programLogs else {
            throw LaunchError(reason: "there is no directory for its output", concernsTaskAlone: true)
        }
        let program: Program?
        do throws(StoreError) {
            program = try await store.program(of: launch.id)
        } catch {
            throw LaunchError(reason: "its program cannot be read: \(error)")
        }
        guard let program else {
            throw LaunchError(reason: "its program is not stored any more", concernsTaskAlone: true)
        }
        let (log, limit) = try await begin(launch, programLogs)
        return ProgramAssignment(
            program: program, attempt: launch.attempt, logPath: log.path, logLimit: limit, mark: store.mark)
    }

    private func begin(
        _ launch: Launch, _ logs: ProgramLogs
    ) async throws(LaunchError) -> (log: OutputLog, limit: Int) {
        // The first attempt has no earlier logs to read and to remove.
        guard launch.attempt > 1 else { return logs.begin(launch.id, attempt: launch.attempt) }
        do {
            return try await threads.runIfActive { logs.begin(launch.id, attempt: launch.attempt) }
        } catch {
            throw LaunchError(reason: "the service is shutting down")
        }
    }

    /// Removes the logs of tasks whose records have been removed.
    nonisolated func removeLogs(of tasks: [TaskID]) async {
        guard let programLogs else { return }
        // The removal of a large file takes a moment, for which events need not wait; refused only while this process ends.
        _ = try? await threads.runIfActive { programLogs.remove(tasks) }
    }

    /// Removes the logs of tasks that are not stored.
    nonisolated func removeOldLogs() async {
        guard let programLogs else { return }
        // A task is stored before it has a log, and so all of these have been, if they still are.
        let found = (try? await threads.runIfActive { programLogs.scan() }) ?? []
        guard !found.isEmpty, let known = try? await store.known(of: found) else { return }
        let old = found.filter { !known.contains($0) }
        _ = try? await threads.runIfActive { programLogs.remove(old) }
    }
}
