import Glibc

/// Reads the records of a log in their order, over the files that the writer goes through.
struct RecordSource {
    private static let chunkSize = 64 * 1024

    private let log: OutputLog
    /// Whether the writer waits before it drops what has not been read.
    private let holds: Bool
    /// Whether records that are still to be written count.
    private var isFollowing: Bool
    /// The files that are to be read, the current one first; the last one may grow.
    private var files: [OpenFile] = []
    /// The sizes of the files when they were opened, if nothing that is written later counts.
    private var sizes: [Int] = []
    /// The offset in the first file.
    private var offset = 0
    /// The place in the whole log of the first byte of ``rest``.
    private(set) var position = 0
    /// A record whose end has not been read.
    private var rest: [UInt8] = []
    /// Whether records between two that were read have been dropped by the writer.
    private(set) var hasGap = false

    /// - Parameters:
    ///   - files: the log's files, from ``OutputLog/open(holds:)``; unless it follows, nothing beyond their sizes counts.
    ///   - holds: whether the writer is to wait before it drops what has not been read.
    init(_ log: OutputLog, files: [LogPart], isFollowing: Bool, holds: Bool = false) {
        self.log = log
        self.holds = holds
        self.files = files.map(\.file)
        self.isFollowing = isFollowing
        sizes = files.map(\.size)
    }

    /// Begins at a place in the log instead of its beginning; to be called before anything is read.
    mutating func skip(to place: Int) {
        position = place
        offset = place
        while files.count > 1, offset >= sizes[0] {
            offset -= sizes[0]
            dropFile()
        }
    }

    /// Treats what is there now as all that there will be.
    mutating func stopFollowing() throws(OutputError) {
        guard isFollowing else { return }
        try findFiles()
        isFollowing = false
        sizes = files.map(\.size)
    }

    /// Reads the next bytes and calls `body` with each record that they complete: its place in the log and its bytes
    /// without the line feed.
    ///
    /// - Returns: Whether there was anything to read.
    /// - Throws: ``OutputError``.
    mutating func read(_ body: (Int, UnsafeRawBufferPointer) -> Void) throws(OutputError) -> Bool {
        let (bytes, isNewFile) = try nextBytes()
        if bytes.isEmpty { return false }
        // No record goes on in another file.
        if isNewFile {
            position += rest.count
            rest = []
        }
        var chunk = rest
        let kept = chunk.count
        chunk.append(contentsOf: bytes)
        var start = 0
        chunk.withUnsafeBytes { chunk in
            guard let base = chunk.baseAddress else { return }
            var searched = kept
            while searched < chunk.count,
                let end = memchr(base + searched, CInt(UInt8(ascii: "\n")), chunk.count - searched)
            {
                let length = UnsafeRawPointer(end) - (base + start)
                body(position + start, UnsafeRawBufferPointer(start: base + start, count: length))
                start += length + 1
                searched = start
            }
        }
        position += start
        rest = start > 0 ? Array(chunk[start...]) : chunk
        // No record is so long: what stands there is none.
        if rest.count > 2 * Self.chunkSize {
            position += rest.count
            rest = []
        }
        return true
    }

    /// The beginning of a record whose end was never written, as when its writer was killed; empty without one.
    mutating func removeRest() -> [UInt8] {
        defer { rest = [] }
        return rest
    }

    /// The next bytes of the log, and whether they begin a file; empty if there are none now.
    private mutating func nextBytes() throws(OutputError) -> ([UInt8], isNewFile: Bool) {
        var isNewFile = false
        while true {
            if let file = files.first {
                let bytes = try self.bytes(of: file)
                if !bytes.isEmpty { return (bytes, isNewFile) }
            }
            if files.count > 1 {
                dropFile()
                offset = 0
                isNewFile = true
            } else {
                guard isFollowing, try findFiles() else { return ([], isNewFile) }
            }
        }
    }

    private mutating func bytes(of file: OpenFile) throws(OutputError) -> [UInt8] {
        let count = isFollowing && files.count == 1 ? Self.chunkSize : min(Self.chunkSize, sizes[0] - offset)
        guard count > 0 else { return [] }
        let bytes = try file.read(count, at: offset)
        offset += bytes.count
        return bytes
    }

    /// Opens the files that the writer has begun since; whether there may be more to read now.
    @discardableResult
    private mutating func findFiles() throws(OutputError) -> Bool {
        guard let file = files.last else {
            files = try log.open(holds: holds)
            sizes = files.map(\.size)
            return !files.isEmpty
        }
        let identity = OpenFile.identity(of: log.path)
        // Between a renaming and the next file there is none.
        guard let identity, identity != file.identity else { return false }
        let (next, isGap) = try log.open(after: file, holds: holds)
        if isGap { hasGap = true }
        // It may have grown between the last reading and its renaming.
        sizes[sizes.count - 1] = file.size
        files += next
        sizes += next.map(\.size)
        return true
    }

    private mutating func dropFile() {
        files.removeFirst()
        sizes.removeFirst()
    }
}
