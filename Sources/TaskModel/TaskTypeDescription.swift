package import JSON

/// A kind of task, described for people who fill in a form.
package struct TaskTypeDescription: Sendable, Hashable {
    /// The `task_type` that clients send.
    package let name: String
    /// The members of its `task_data`, in the order in which to ask for them.
    package let fields: [FieldDescription]

    package init(name: String, fields: [FieldDescription]) {
        self.name = name
        self.fields = fields
    }
}
