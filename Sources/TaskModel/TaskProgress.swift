package import JSON

/// The progress of a task.
package struct TaskProgress: Sendable, Hashable {
    /// Units done: items, phases or batches.
    package var done: Int
    /// Units in all.
    package var total: Int
    /// 0…1; finer than `done / total` where a unit is long.
    package var fraction: Double
    /// The current step, in words.
    package var step: String?

    package init(done: Int, total: Int, fraction: Double? = nil, step: String? = nil) {
        self.done = done
        self.total = total
        self.fraction = fraction ?? (total > 0 ? Double(done) / Double(total) : 0)
        self.step = step
    }

    /// Whether the numbers are possible; a worker that reports others is broken.
    package var isPlausible: Bool {
        done >= 0 && total >= done && fraction >= 0 && fraction <= 1
    }
}

extension TaskProgress: JSONObjectReadable, JSONWritable {
    package init(members: JSONMembers) throws(JSONShapeError) {
        self.init(
            done: try members.value("done"), total: try members.value("total"),
            fraction: try members.value("fraction"), step: try members.optional("step"))
    }

    package func write(to json: inout JSONWriter) {
        json.object { writeMembers(to: &$0) }
    }

    /// Writes the members without an object around them.
    package func writeMembers(to json: inout JSONWriter) {
        json.member("done", done)
        json.member("fraction", (fraction * 10_000).rounded() / 10_000)
        json.member("step", step)
        json.member("total", total)
    }
}
