package import JSON
package import TaskModel

/// The body of `POST /control`: of a worker with a ``WorkerCommand``, of the API with a ``TaskAction``.
package struct ControlRequest<Action>: Sendable
where Action: RawRepresentable<String> & CaseIterable & Sendable & JSONWritable {
    /// What is asked for.
    package let action: Action

    package init(action: Action) {
        self.action = action
    }

    /// Reads the request from the members of a client's object.
    ///
    /// - Throws: ``TaskError/invalidFields(_:)`` with all that is wrong.
    package init(members: [JSONName: JSONValue]) throws(TaskError) {
        var fields = FieldReader(members)
        let action = fields.choice("action", of: Action.allCases.map { ($0.rawValue, $0) })
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
