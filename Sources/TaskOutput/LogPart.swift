/// A file of a log, with the size up to which it counts: what is written meanwhile belongs to a later reading.
struct LogPart {
    let file: OpenFile
    /// In bytes.
    let size: Int

    init(_ file: OpenFile) {
        self.file = file
        size = file.size
    }
}
