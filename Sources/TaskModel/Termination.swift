package import JSON

/// The course of a requested end.
package struct Termination: Sendable, Hashable {
    /// The steps of the escalation.
    package enum Stage: String, Sendable, CaseIterable, JSONReadable, JSONWritable {
        case http, sigterm, sigkill
    }

    /// The last step taken.
    package var stage: Stage
    /// Milliseconds from the request until the process group was empty.
    package var milliseconds: Int
    /// Processes reaped: the worker itself and whatever it had left behind in its group.
    package var reaped: Int

    package init(stage: Stage, milliseconds: Int, reaped: Int) {
        self.stage = stage
        self.milliseconds = milliseconds
        self.reaped = reaped
    }
}

extension Termination: JSONReadable, JSONWritable {
    package init(json: JSONValue) throws(JSONShapeError) {
        let members = try JSONMembers(json)
        self.init(
            stage: try members.value("stage"), milliseconds: try members.value("ms"),
            reaped: try members.value("reaped"))
    }

    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("ms", milliseconds)
            json.member("reaped", reaped)
            json.member("stage", stage)
        }
    }
}
