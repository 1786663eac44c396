import Glibc
package import TaskModel

/// Writes the output of a program to its log.
///
/// Bytes are buffered until ``flush()``. Errors of the disk lose output, which is counted, and never stop the
/// program: with room on the disk writing resumes. To be used by one thread, which must ignore or block SIGXFSZ.
package final class OutputWriter {
    /// The smallest limit of a log, in bytes.
    package static let minimumLimit = 64 * 1024
    private static let bufferSize = 256 * 1024
    private static let lineFeed = UInt8(ascii: "\n")

    /// The state of a stream.
    private struct Line {
        /// Bytes of the current line that are not in a record yet.
        var pending: [UInt8] = []
        /// Whether the line has begun.
        var hasBegun = false
    }

    /// What the program has written so far.
    package var counts: ProgramOutput {
        ProgramOutput(bytes: bytes, lines: lines, truncated: file.isTruncated, lost: file.lost)
    }

    private var bytes = 0
    private var lines = 0
    private var file: RotatingFile
    private var current = PerStream(Line())
    /// Records that are not in the file yet.
    private let buffer: UnsafeMutableRawBufferPointer
    private var used = 0
    /// Whether the last record of each stream in the buffer is partial.
    private var tags = PerStream<Bool?>(nil)
    private var lastTime: (time: OutputTime, text: [UInt8])?

    /// Readable when readers may need no output any more that would be dropped; `nil` if none does, -1 if that is not known.
    ///
    /// Until then nothing should be appended.
    package var hold: CInt? { file.hold?.changes }

    /// Sets ``hold`` to `nil` when no reader needs output that would be dropped.
    package func updateHold() { file.updateHold() }

    /// Drops output from now on whether or not readers need it.
    package func ignoreHolds() { file.ignoreHolds() }

    /// Opens nothing: the file is created with its first bytes.
    ///
    /// - Parameter limit: the most bytes of the log, at least ``minimumLimit``.
    package init(_ log: OutputLog, limit: Int) {
        let half = max(limit, Self.minimumLimit) / 2
        file = RotatingFile(log, limit: half)
        buffer = .allocate(byteCount: min(half, Self.bufferSize), alignment: 1)
    }

    deinit { buffer.deallocate() }

    /// Adds bytes of a stream, read at a time.
    package func append(_ bytes: UnsafeRawBufferPointer, from stream: ProgramStream, at time: OutputTime) {
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return }
        self.bytes += bytes.count
        let text = text(of: time)
        var position = 0
        while position < bytes.count {
            let rest = bytes.count - position
            let end = memchr(start + position, CInt(Self.lineFeed), rest).map { UnsafeRawPointer($0) - start }
            let part = UnsafeRawBufferPointer(start: start + position, count: (end ?? bytes.count) - position)
            if end != nil, part.count <= RecordHeader.pieceLimit, !current[stream].hasBegun {
                // The most frequent case needs no copy.
                lines += 1
                addRecord(part, stream, isPartial: false, text)
            } else {
                addToLine(part, stream, text)
                if end != nil { endLine(stream, text) }
            }
            position += part.count + 1
        }
    }

    /// Whether part of a line is not in a record yet.
    package var hasPartialLine: Bool {
        ProgramStream.allCases.contains { !current[$0].pending.isEmpty }
    }

    /// Writes what is complete to the file: lines, and pieces of long ones.
    package func flush() {
        guard used > 0 else { return }
        file.write(UnsafeRawBufferPointer(rebasing: buffer[..<used]), tags: tags)
        used = 0
        tags = PerStream(nil)
    }

    /// Writes all bytes to the file, those of lines that have not ended too, as pieces.
    package func flushPartialLines(at time: OutputTime) {
        let text = text(of: time)
        for stream in ProgramStream.allCases where !current[stream].pending.isEmpty {
            addPending(of: stream, isPartial: true, text)
        }
        flush()
    }

    /// Writes all bytes to the file and closes it.
    package func finish(at time: OutputTime) {
        flushPartialLines(at: time)
        file.close()
    }

    private func text(of time: OutputTime) -> [UInt8] {
        let text = time.text(after: lastTime)
        lastTime = (time, text)
        return text
    }

    private func addToLine(_ bytes: UnsafeRawBufferPointer, _ stream: ProgramStream, _ time: [UInt8]) {
        guard !bytes.isEmpty else { return }
        beginLine(stream)
        var rest = bytes[...]
        while true {
            let room = RecordHeader.pieceLimit - current[stream].pending.count
            current[stream].pending.append(contentsOf: rest.prefix(room))
            rest = rest.dropFirst(room)
            if rest.isEmpty { return }
            addPending(of: stream, isPartial: true, time)
        }
    }

    private func endLine(_ stream: ProgramStream, _ time: [UInt8]) {
        beginLine(stream)
        addPending(of: stream, isPartial: false, time)
        current[stream].hasBegun = false
    }

    private func beginLine(_ stream: ProgramStream) {
        if !current[stream].hasBegun { lines += 1 }
        current[stream].hasBegun = true
    }

    private func addPending(of stream: ProgramStream, isPartial: Bool, _ time: [UInt8]) {
        current[stream].pending.withUnsafeBytes { addRecord($0, stream, isPartial: isPartial, time) }
        current[stream].pending.removeAll(keepingCapacity: true)
    }

    private func addRecord(
        _ bytes: UnsafeRawBufferPointer, _ stream: ProgramStream, isPartial: Bool, _ time: [UInt8]
    ) {
        let length = RecordHeader.length + bytes.count + 1
        if used + length > buffer.count { flush() }
        guard let record = buffer.baseAddress.map({ $0 + used }) else { return }
        RecordHeader.write(time: time, stream, isPartial: isPartial, to: record)
        if let start = bytes.baseAddress {
            (record + RecordHeader.length).copyMemory(from: start, byteCount: bytes.count)
        }
        record.storeBytes(of: Self.lineFeed, toByteOffset: length - 1, as: UInt8.self)
        used += length
        tags[stream] = isPartial
    }
}
