package import JSON

// The answer to `GET /tasks/{id}/output`.
extension OutputPage: JSONReadable, JSONWritable {
    package init(json: JSONValue) throws(JSONShapeError) {
        let members = try JSONMembers(json)
        self.init(
            attempt: try members.value("attempt"), lines: try members.value("lines"),
            openLines: try members.value("open_lines"), start: try members.value("start"),
            end: try members.value("end"), isContinuation: try members.value("continues"),
            hasEarlier: try members.value("earlier"), hasLater: try members.value("later"))
    }

    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("attempt", attempt)
            json.member("continues", isContinuation)
            json.member("earlier", hasEarlier)
            json.member("end", end)
            json.member("later", hasLater)
            json.member("lines", lines)
            json.member("open_lines", openLines)
            json.member("reached", reached)
            json.member("start", start)
        }
    }
}

extension OutputLine: JSONReadable, JSONWritable {
    package init(json: JSONValue) throws(JSONShapeError) {
        let members = try JSONMembers(json)
        let text: String = try members.value("text")
        self.init(
            try members.value("stream"), [StyledText](withSequences: text), isContinued: try members.value("continued"),
            start: try members.value("start"), end: try members.value("end"))
    }

    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("continued", isContinued)
            json.member("end", end)
            json.member("start", start)
            json.member("stream", stream)
            json.member("text", text.textWithSequences)
        }
    }
}

extension ProgramStream: JSONReadable, JSONWritable {
    package init(json: JSONValue) throws(JSONShapeError) {
        let name = try String(json: json)
        guard let stream = Self.allCases.first(where: { name.hasSameBytes(as: "\($0.name)") }) else {
            throw JSONShapeError("not a stream")
        }
        self = stream
    }

    package func write(to json: inout JSONWriter) { json.string("\(name)") }
}

extension OutputPlace: JSONReadable, JSONWritable {
    package init(json: JSONValue) throws(JSONShapeError) {
        guard let place = OutputPlace(try String(json: json)) else { throw JSONShapeError("not a place") }
        self = place
    }

    package func write(to json: inout JSONWriter) { json.string(description) }
}

extension PerStream: JSONReadable, JSONWritable where Value == OutputPlace {
    package init(json: JSONValue) throws(JSONShapeError) {
        guard let cursor = OutputCursor(try String(json: json)) else { throw JSONShapeError("not a cursor") }
        self = cursor
    }

    package func write(to json: inout JSONWriter) { json.string(description) }
}
