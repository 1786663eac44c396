/// The records of a log, the last one first.
struct BackwardRecords {
    private static let chunkSize = 64 * 1024

    struct Record {
        /// `nil` for a line that is none.
        let header: RecordHeader?
        /// The place in the log behind its line feed.
        let end: Int
    }

    private var files: [LogPart]
    /// The place in the log of the last file's first byte.
    private var base: Int
    /// The place behind the last record.
    let end: Int
    /// The bytes of the last file that are before the record returned last.
    private var unread: Int
    /// Some bytes of the file, and their offset.
    private var buffer: [UInt8] = []
    private var bufferStart: Int

    /// - Parameter end: The place behind the last record; `nil` for the end of the log.
    init(_ files: [LogPart], end: Int? = nil) {
        self.files = files
        var size = files.reduce(0) { $0 + $1.size }
        self.end = min(end ?? size, size)
        base = size
        while let last = self.files.last {
            base = size - last.size
            if base < self.end || self.files.count == 1 { break }
            size = base
            self.files.removeLast()
        }
        unread = self.end - base
        bufferStart = unread
    }

    /// Returns the record before the last one that was returned; `nil` if that was the first.
    ///
    /// - Throws: ``OutputError``.
    mutating func next() throws(OutputError) -> Record? {
        while unread == 0 {
            guard files.count > 1 else { return nil }
            files.removeLast()
            unread = files.last?.size ?? 0
            base -= unread
            buffer = []
            bufferStart = unread
        }
        let end = unread
        let start = try startOfRecord()
        unread = start
        let offset = start - bufferStart
        let header = buffer.withUnsafeBytes {
            RecordHeader(UnsafeRawBufferPointer(rebasing: $0[offset..<min(end - bufferStart, $0.count)]))
        }
        return Record(header: header, end: base + end)
    }

    /// The offset of the record that ends at ``unread``, the beginning of which is in the buffer then.
    private mutating func startOfRecord() throws(OutputError) -> Int {
        // Its own line feed does not count.
        var searched = unread - 1
        while true {
            let from = min(searched - bufferStart, buffer.count)
            if from > 0, let feed = buffer[..<from].lastIndex(of: UInt8(ascii: "\n")) {
                return bufferStart + feed + 1
            }
            if bufferStart == 0 { return 0 }
            searched = min(searched, bufferStart)
            try readBefore(bufferStart)
        }
    }

    /// Reads the bytes before an offset, and so many behind it that a record that begins there has its header.
    private mutating func readBefore(_ offset: Int) throws(OutputError) {
        guard let file = files.last?.file else { return }
        let start = max(0, offset - Self.chunkSize)
        buffer = try file.read(offset - start + RecordHeader.length, at: start)
        bufferStart = start
    }
}
