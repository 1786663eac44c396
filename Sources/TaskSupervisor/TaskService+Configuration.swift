import HTTPSupport
package import TaskModel
package import TaskStore

extension TaskService {
    /// What an operator can set.
    package struct Configuration: Sendable {
        /// How long a task may take to stop by itself.
        package var grace: Duration
        /// Handed on to the workers, who ask it of their clients.
        package var token: AccessToken?
        /// How many tasks may have a worker at the same time; `nil` means any number.
        package var maxRunning: Int?
        /// How many tasks may wait; `nil` means any number.
        package var maxQueued: Int?
        /// How many finished tasks are held in memory; `nil` means all.
        package var window: Int?
        /// What becomes of tasks that have a worker when the service ends.
        package var interrupted: TaskStore.RestartPolicy

        package init(
            grace: Duration, token: AccessToken?, maxRunning: Int? = nil, maxQueued: Int? = nil,
            window: Int? = nil,
            interrupted: TaskStore.RestartPolicy = .fail
        ) {
            self.grace = grace
            self.token = token
            self.maxRunning = maxRunning
            self.maxQueued = maxQueued
            self.window = window
            self.interrupted = interrupted
        }
    }
}
