package import JSON

/// How the queue is: what `GET /queue` tells.
package struct QueueStatus: Sendable, Hashable {
    /// Whether no new tasks are started until somebody releases the queue.
    package var isHeld: Bool
    /// How many tasks may have a worker at the same time; `nil` means any number.
    package var maxRunning: Int?
    /// Tasks that have a worker.
    package var active: Int
    /// Tasks that wait for their turn, or for their time.
    package var queued: Int

    package init(isHeld: Bool = false, maxRunning: Int? = nil, active: Int = 0, queued: Int = 0) {
        self.isHeld = isHeld
        self.maxRunning = maxRunning
        self.active = active
        self.queued = queued
    }
}

extension QueueStatus: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("active", active)
            json.member("held", isHeld)
            json.member("max_running", maxRunning)
            json.member("queued", queued)
        }
    }
}
