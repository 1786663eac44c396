package import JSON

/// A task type, described for forms and clients.
package struct TaskTypeDescription: Sendable, Hashable {
    /// The `task_type` that clients send.
    package let name: String
    /// What its tasks do, in a few words; may be empty.
    package let summary: String
    /// The members of its `task_data`, in the order in which to ask for them.
    package let fields: [FieldDescription]

    package init(name: String, summary: String, fields: [FieldDescription]) {
        self.name = name
        self.summary = summary
        self.fields = fields
    }
}

extension TaskTypeDescription: JSONReadable, JSONWritable {
    package init(json: JSONValue) throws(JSONShapeError) {
        let members = try JSONMembers(json)
        self.init(
            name: try members.value("name"), summary: try members.value("description"),
            fields: try members.value("fields"))
    }

    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("description", summary)
            json.member("fields", fields)
            json.member("name", name)
        }
    }
}
