package import TaskModel

extension EncodedRecord {
    /// The JSON text that clients get.
    package func text(_ fields: RecordFields = .all) -> String {
        String(unsafeUninitializedCapacity: sizeLimit(fields)) { buffer in
            var output = ByteCursor(UnsafeMutableRawBufferPointer(buffer))
            write(fields, to: &output)
            return output.count
        }
    }
}
