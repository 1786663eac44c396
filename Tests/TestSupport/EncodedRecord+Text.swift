package import TaskModel

extension EncodedRecord {
    /// The JSON text that clients get.
    package func text(_ fields: RecordFields = .all, for access: Access = .full) -> String {
        String(unsafeUninitializedCapacity: sizeLimit(fields)) { buffer in
            var output = ByteCursor(UnsafeMutableRawBufferPointer(buffer))
            write(fields, for: access, to: &output)
            return output.count
        }
    }
}
