import HTTPSupport
package import TaskModel
package import TaskTypes

extension TaskService {
    /// The operator's settings.
    package struct Configuration: Sendable {
        /// How long a task may take to stop by itself.
        package var grace: Duration
        /// The token that workers require of their clients; `nil` if none.
        package var token: AccessToken?
        /// The most tasks with a worker at the same time; `nil` means any number.
        package var maxRunning: Int?
        /// The most tasks in the queue; `nil` means any number.
        package var maxQueued: Int?
        /// The most finished tasks in memory; `nil` means all.
        package var window: Int?
        /// What becomes of tasks that have a worker when the service ends.
        package var interrupted: RestartPolicy
        /// All kinds of task.
        package var types: TaskTypeRegistry
        /// Finds out whether programs can be started; `nil` for tasks that are accepted without.
        package var programs: (any ProgramCheck)?
        /// Where programs' output goes; without it no program can be started.
        package var programLogs: ProgramLogs?

        package init(
            grace: Duration, token: AccessToken?, maxRunning: Int? = nil, maxQueued: Int? = nil,
            window: Int? = nil, interrupted: RestartPolicy = .fail, types: TaskTypeRegistry = .builtIn,
            programs: (any ProgramCheck)? = nil, programLogs: ProgramLogs? = nil
        ) {
            self.grace = grace
            self.token = token
            self.maxRunning = maxRunning
            self.maxQueued = maxQueued
            self.window = window
            self.interrupted = interrupted
            self.types = types
            self.programs = programs
            self.programLogs = programLogs
        }
    }
}
