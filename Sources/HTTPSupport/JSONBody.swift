package import JSON

/// The body of a request, to the API or to a worker.
package enum JSONBody {
    /// The most bytes of the body of a request to the API.
    package static let sizeLimit = 1 << 20

    /// Parses a body, which has to be a JSON object.
    ///
    /// - Throws: ``ProblemDetails`` with 400 and the position of the error.
    package static func members(of body: some Collection<UInt8>) throws(ProblemDetails) -> [JSONName: JSONValue] {
        guard !body.isEmpty else { throw ProblemDetails.malformedJSON("the body is empty; send a JSON object") }
        let value: JSONValue
        do throws(JSONSyntaxError) {
            value = try JSONParser.parse(body)
        } catch {
            throw ProblemDetails.malformedJSON("the body is not JSON: \(error.reason) (at byte \(error.offset))")
        }
        guard let members = value.members else {
            throw ProblemDetails.malformedJSON("the body must be a JSON object, not \(value.kindName)")
        }
        return members
    }
}
