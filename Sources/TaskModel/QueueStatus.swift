package import JSON

/// The state of the queue: the answer to `GET /queue`.
package struct QueueStatus: Sendable, Hashable {
    /// Whether the queue is paused: no new tasks are started.
    package var isPaused: Bool
    /// The most tasks with a worker at a time; `nil` for no limit.
    package var maxRunning: Int?
    /// The number of tasks with a worker.
    package var active: Int
    /// The number of tasks that wait for their turn or their time.
    package var queued: Int

    package init(isPaused: Bool = false, maxRunning: Int? = nil, active: Int = 0, queued: Int = 0) {
        self.isPaused = isPaused
        self.maxRunning = maxRunning
        self.active = active
        self.queued = queued
    }
}

extension QueueStatus: JSONReadable, JSONWritable {
    package init(json: JSONValue) throws(JSONShapeError) {
        let members = try JSONMembers(json)
        self.init(
            isPaused: try members.value("held"), maxRunning: try members.optional("max_running"),
            active: try members.value("active"), queued: try members.value("queued"))
    }

    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("active", active)
            json.member("held", isPaused)
            json.member("max_running", maxRunning)
            json.member("queued", queued)
        }
    }
}
