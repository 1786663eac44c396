package import JSON
import TaskModel

extension LogLevel: JSONReadable, JSONWritable {}

// The lines of `GET /log`.
extension LogRecord: JSONReadable, JSONWritable {
    package init(json: JSONValue) throws(JSONShapeError) {
        let members = try JSONMembers(json)
        self.init(
            number: try members.value("number"), time: try members.value("time"), level: try members.value("level"),
            text: try members.value("text"), dump: try members.optional("dump"))
    }

    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("dump", dump)
            json.member("level", level)
            json.member("number", number)
            json.member("text", text)
            json.member("time", time)
        }
    }
}

extension LogRecord.DumpPart: JSONReadable, JSONWritable {
    private static let (summaryName, rowName) = ("summary", "row")

    package init(json: JSONValue) throws(JSONShapeError) {
        switch json {
        case .string(let name) where name.hasSameBytes(as: Self.summaryName): self = .summary
        case .string(let name) where name.hasSameBytes(as: Self.rowName): self = .row
        case .object: self = .others(try JSONMembers(json).value("others"))
        default: throw JSONShapeError("not a part of a dump")
        }
    }

    package func write(to json: inout JSONWriter) {
        switch self {
        case .summary: json.string(Self.summaryName)
        case .row: json.string(Self.rowName)
        case .others(let count): json.object { $0.member("others", count) }
        }
    }
}
