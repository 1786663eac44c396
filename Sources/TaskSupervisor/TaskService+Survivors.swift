import Logging
import Processes
import TaskModel
import TaskStore

// What still runs of the tasks of a service that was killed.
extension TaskService {
    /// Ends all processes of programs that have outlived the service before this one, with their workers.
    ///
    /// - Parameter tasks: those that had a worker then.
    func endSurvivors(of tasks: [TaskID]) async {
        let entries = store.programs.dequeueEntries()
        guard !tasks.isEmpty else { return }
        let ids = Set(tasks)
        let survivors = SurvivingPrograms(
            of: Set(ids.map(\.description)), marks: ProgramMarks(instance: store.mark),
            leaders: Set(
                entries.filter { ids.contains($0.task) }
                    .map { ProcessIdentity(pid: $0.pid, startTime: $0.startTime) }))
        // It blocks, for 5 s at most.
        let (found, remaining) = await OwnThread.run {
            defer { ControlGroup.removeEmpty() }
            return survivors.end()
        }
        if found > 0 { logger.notice("processes of interrupted tasks that still ran are ended: \(found)") }
        for process in remaining {
            logger.warning("a process of an interrupted task cannot be killed: \(process.pid) (\(process.name()))")
        }
    }
}
