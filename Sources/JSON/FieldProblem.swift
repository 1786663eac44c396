/// The problem of one field of a request.
package struct FieldProblem: Sendable, Hashable {
    /// The field's path: `task_type`, `task_data.delay`.
    package let field: String
    /// Stable, for programs: `missing`, `wrong_type`, `out_of_range`, `unknown_field`, `unknown_value`.
    package let code: String
    /// The requirement, for people.
    package let message: String

    package init(field: String, code: String, message: String) {
        self.field = field
        self.code = code
        self.message = message
    }
}

extension FieldProblem: JSONReadable, JSONWritable {
    package init(json: JSONValue) throws(JSONShapeError) {
        let members = try JSONMembers(json)
        self.init(
            field: try members.value("field"), code: try members.value("code"), message: try members.value("message"))
    }

    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("code", code)
            json.member("field", field)
            json.member("message", message)
        }
    }
}
