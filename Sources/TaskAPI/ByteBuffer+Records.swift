import NIOCore
import TaskModel

extension ByteBuffer {
    /// One record as a JSON object.
    init(_ record: EncodedRecord, _ fields: RecordFields, for access: Access) {
        self.init([record], fields, for: access)
    }

    /// Records as JSON objects with commas between them, and text around them.
    init(
        _ records: [EncodedRecord], _ fields: RecordFields, for access: Access, prefix: String = "",
        suffix: String = ""
    ) {
        let size = records.reduce(prefix.utf8.count + suffix.utf8.count + records.count) {
            $0 + $1.sizeLimit(fields)
        }
        self.init()
        writeWithUnsafeMutableBytes(minimumWritableBytes: size) { memory in
            var output = ByteCursor(memory)
            output.append(prefix)
            for (index, record) in records.enumerated() {
                if index > 0 { output.append(literal: ",") }
                record.write(fields, for: access, to: &output)
            }
            output.append(suffix)
            return output.count
        }
    }
}
