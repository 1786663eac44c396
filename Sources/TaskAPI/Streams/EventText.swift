import JSON
import NIOCore
import TaskModel

/// Events in the format of `text/event-stream`.
///
/// JSON has line feeds only as escapes, so that the data of an event is one line.
enum EventText {
    /// The time after which a client that has lost the connection connects again, in milliseconds.
    static let beginning = "retry: 1000\n\n"
    /// Shows the client, and everything between, that the connection is in use.
    static let comment = ":\n\n"
    static let end = "\n\n"

    /// The text before an event's data.
    static func head(_ name: String, _ id: EventID?) -> String {
        (id.map { "id: \($0)\n" } ?? "") + "event: \(name)\ndata: "
    }
}

extension ByteBuffer {
    /// Writes an event.
    ///
    /// - Parameter id: `nil` for an event after which a stream does not resume.
    mutating func writeEvent(_ name: String, _ id: EventID?, _ data: some JSONWritable) {
        writeString(EventText.head(name, id))
        writeBytes(JSONCoding.encode(data))
        writeString(EventText.end)
    }

    /// Writes an event whose data is a record.
    mutating func writeEvent(
        _ name: String, _ id: EventID?, _ record: EncodedRecord, _ fields: RecordFields, for access: Access
    ) {
        writeString(EventText.head(name, id))
        writeWithUnsafeMutableBytes(minimumWritableBytes: record.sizeLimit(fields)) { memory in
            var output = ByteCursor(memory)
            record.write(fields, for: access, to: &output)
            return output.count
        }
        writeString(EventText.end)
    }
}
