package import JSON

/// A record as clients get it: in JSON, at one moment.
package enum EncodedRecord: Sendable {
    case body(RecordBody, ClockMembers)
    /// The text of a task that has ended, as it is stored.
    case stored(TaskID, StoredRecordText)

    /// Encodes a record.
    package init(_ record: TaskRecord) {
        self = .body(RecordBody(record), ClockMembers(record))
    }

    package var id: TaskID {
        switch self {
        case .body(let body, _): body.id
        case .stored(let id, _): id
        }
    }

    /// Whether the task's data is missing, since only the store has it.
    package var lacksData: Bool { if case .body(let body, _) = self { body.data == nil } else { false } }

    /// The same with the data.
    package func withData(_ data: JSONText) -> EncodedRecord {
        switch self {
        case .body(let body, let clock): .body(body.withData(data), clock)
        case .stored: self
        }
    }

    /// The most bytes that ``write(_:to:)`` writes.
    package func sizeLimit(_ fields: RecordFields) -> Int {
        switch self {
        case .body(let body, let clock): body.sizeLimit(fields, clock)
        case .stored(_, let text): text.size
        }
    }

    /// Writes the record as one JSON object.
    package func write(_ fields: RecordFields, for access: Access = .full, to output: inout ByteCursor) {
        switch self {
        case .body(let body, let clock): body.write(fields, for: access, clock, to: &output)
        case .stored(_, let text): text.write(fields, for: access, to: &output)
        }
    }
}
