package import JSON
package import TaskModel

/// The body of `POST /control`, on a worker and on the API.
package struct ControlRequest: Sendable, Hashable {
    /// What is asked for.
    package let action: TaskAction

    package init(action: TaskAction) {
        self.action = action
    }

    /// Takes the request from the members of a client's object.
    ///
    /// - Parameter actions: those that can be asked for here.
    /// - Throws: ``TaskError/invalidFields(_:)`` with all that is wrong.
    package init(members: [JSONName: JSONValue], allowing actions: [TaskAction]) throws(TaskError) {
        var fields = FieldReader(members)
        let action = fields.choice("action", of: actions.map { ($0.rawValue, $0) })
        let problems = fields.finish()
        guard problems.isEmpty, let action else { throw .invalidFields(problems) }
        self.action = action
    }
}

extension ControlRequest: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { $0.member("action", action) }
    }
}
