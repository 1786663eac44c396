import Glibc
import TaskModel

/// The two files of a log on the writer's side.
///
/// A file ends with a whole record, also where the disk was full.
struct RotatingFile {
    private let log: OutputLog
    /// The most bytes of each file.
    private let limit: Int
    private var descriptor: CInt = -1
    /// The bytes of whole records in the file.
    private var size = 0
    /// Whether the file may have more than that.
    private var hasRest = false
    /// The streams whose last record in the log is partial.
    private var isOpen = PerStream(false)
    /// Whether records are missing behind the last one.
    private var hasGap = false
    /// Whether the oldest records have been dropped.
    private(set) var isTruncated = false
    /// Bytes of the program that could not be written.
    private(set) var lost = 0
    /// Readers that need the older file, when it would be dropped; the newer one grows beyond its limit then.
    private(set) var hold: ReaderHold?
    private var ignoresHolds = false

    init(_ log: OutputLog, limit: Int) {
        self.log = log
        self.limit = limit
    }

    /// Writes records, at most ``limit`` bytes, or loses those for which there is no room.
    ///
    /// - Parameter tags: whether the last one of each stream is partial; `nil` for a stream without records.
    mutating func write(_ records: UnsafeRawBufferPointer, tags: PerStream<Bool?>) {
        guard prepare(for: records.count), closeLines() else { return lose(records) }
        let written = append(records)
        if written == records.count {
            for stream in ProgramStream.allCases { isOpen[stream] = tags[stream] ?? isOpen[stream] }
            return
        }
        // The records that are in the file as a whole stay.
        var kept = 0
        Self.forEachRecord(in: UnsafeRawBufferPointer(rebasing: records[..<written])) { record in
            kept += record.count + 1
            if let header = RecordHeader(record) { isOpen[header.stream] = header.isPartial }
        }
        size -= written - kept
        hasRest = true
        cutRest()
        lose(UnsafeRawBufferPointer(rebasing: records[kept...]))
    }

    mutating func close() {
        guard descriptor >= 0 else { return }
        cutRest()
        _ = Glibc.close(descriptor)
        descriptor = -1
    }

    /// Opens, repairs and rotates; whether there is now a file for so many bytes.
    private mutating func prepare(for count: Int) -> Bool {
        guard descriptor >= 0 || open(), cutRest() else { return false }
        if size > 0, size + count > limit, mayDropOlder() {
            close()
            // Not replaced by the renaming, for which ext4 would write the other file to disk at once.
            if unlink(log.olderPath) == 0 { isTruncated = true }
            // Where the file is gone, somebody has removed it, and there is nothing to keep.
            guard rename(log.path, log.olderPath) == 0 || errno == ENOENT, open() else { return false }
        }
        return true
    }

    /// Ends the hold when its readers have, or one of the files has been removed, behind which they would wait.
    mutating func updateHold() {
        guard let hold else { return }
        if hold.isOver() || OpenFile.identity(of: log.path) != OpenFile.identity(of: descriptor) { self.hold = nil }
    }

    mutating func ignoreHolds() {
        ignoresHolds = true
        hold = nil
    }

    private mutating func mayDropOlder() -> Bool {
        if ignoresHolds { return true }
        if hold == nil { hold = ReaderHold(log.olderPath) }
        updateHold()
        return hold == nil
    }

    /// Opens the file, or what is there of it from an earlier process.
    private mutating func open() -> Bool {
        descriptor = log.openForAppending()
        guard descriptor >= 0 else { return false }
        size = 0
        hasRest = false
        var status = stat()
        if fstat(descriptor, &status) == 0, status.st_size > 0 {
            size = wholeRecords(in: status.st_size)
            hasRest = size < status.st_size
        }
        return true
    }

    /// The bytes of whole records in a file that another process has left.
    private func wholeRecords(in size: Int) -> Int {
        guard let file = try? OpenFile(log.path) else { return size }
        let count = min(size, RecordHeader.length + RecordHeader.pieceLimit + 1)
        let rest = (try? file.read(count, at: size - count)) ?? []
        return size - count + (rest.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0)
    }

    /// Removes what is behind the last whole record; whether nothing is there now.
    @discardableResult
    private mutating func cutRest() -> Bool {
        if hasRest { hasRest = ftruncate(descriptor, size) != 0 }
        return !hasRest
    }

    /// Ends lines whose rest has been lost, so that the next ones are not joined to them.
    private mutating func closeLines() -> Bool {
        guard hasGap else { return true }
        let time = OutputTime.now().text()
        for stream in ProgramStream.allCases where isOpen[stream] {
            var record = [UInt8](repeating: UInt8(ascii: "\n"), count: RecordHeader.length + 1)
            let isWritten = record.withUnsafeMutableBytes { bytes in
                guard let start = bytes.baseAddress else { return false }
                RecordHeader.write(time: time, stream, isPartial: false, to: start)
                let written = append(UnsafeRawBufferPointer(bytes))
                if written == bytes.count { return true }
                size -= written
                hasRest = true
                return false
            }
            guard isWritten else { return false }
            isOpen[stream] = false
        }
        hasGap = false
        return true
    }

    /// Appends bytes and returns how many of them could be written.
    private mutating func append(_ bytes: UnsafeRawBufferPointer) -> Int {
        var written = 0
        while written < bytes.count {
            let count = Glibc.write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
            if count > 0 {
                written += count
            } else if count == 0 || errno != EINTR {
                break
            }
        }
        size += written
        return written
    }

    private mutating func lose(_ records: UnsafeRawBufferPointer) {
        hasGap = true
        Self.forEachRecord(in: records) { record in
            let isPartial = RecordHeader(record)?.isPartial ?? false
            lost += record.count - RecordHeader.length + (isPartial ? 0 : 1)
        }
    }

    /// Calls `body` with every record that is there as a whole, without its line feed.
    private static func forEachRecord(in bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Void) {
        guard let start = bytes.baseAddress else { return }
        var position = 0
        while position < bytes.count,
            let end = memchr(start + position, CInt(UInt8(ascii: "\n")), bytes.count - position)
        {
            let length = UnsafeRawPointer(end) - (start + position)
            body(UnsafeRawBufferPointer(start: start + position, count: length))
            position += length + 1
        }
    }
}
