import Glibc
import TaskModel

/// What comes before the bytes of a record: `2026-11-25T22:36:30.038123456Z stdout F `.
///
/// The format of the Container Runtime Interface, as Kubernetes' nodes write and read it: a record is one line; `F`
/// means that a line of the program ends with it, `P` that the line goes on in the stream's next record.
struct RecordHeader: Equatable {
    static let length = 40
    /// The most bytes of a line in one record, as in containerd.
    static let pieceLimit = 16 * 1024
    private static let stream = OutputTime.length + 1
    private static let streamLength = 6
    private static let tag = stream + streamLength + 1

    let stream: ProgramStream
    /// Whether the line goes on.
    let isPartial: Bool

    init(stream: ProgramStream, isPartial: Bool) {
        self.stream = stream
        self.isPartial = isPartial
    }

    /// Reads the header of a record; `nil` if these bytes have none.
    init?(_ record: UnsafeRawBufferPointer) {
        guard record.count >= Self.length, let start = record.baseAddress else { return nil }
        let space = UInt8(ascii: " ")
        guard record[Self.stream - 1] == space, record[Self.tag - 1] == space, record[Self.tag + 1] == space,
            record[OutputTime.length - 1] == UInt8(ascii: "Z")
        else { return nil }
        guard
            let stream = ProgramStream.allCases.first(where: {
                memcmp(start + Self.stream, $0.name.utf8Start, Self.streamLength) == 0
            })
        else { return nil }
        switch record[Self.tag] {
        case UInt8(ascii: "F"): isPartial = false
        case UInt8(ascii: "P"): isPartial = true
        default: return nil
        }
        self.stream = stream
    }

    /// Writes a header, ``length`` bytes.
    ///
    /// - Parameter time: the text of its time.
    static func write(time: [UInt8], _ stream: ProgramStream, isPartial: Bool, to bytes: UnsafeMutableRawPointer) {
        time.withUnsafeBytes { text in
            if let start = text.baseAddress { bytes.copyMemory(from: start, byteCount: OutputTime.length) }
        }
        (bytes + Self.stream).copyMemory(from: stream.name.utf8Start, byteCount: streamLength)
        let space = UInt8(ascii: " ")
        for position in [Self.stream - 1, tag - 1, tag + 1] {
            bytes.storeBytes(of: space, toByteOffset: position, as: UInt8.self)
        }
        setPartial(isPartial, in: bytes)
    }

    /// Changes the tag of a header.
    static func setPartial(_ isPartial: Bool, in bytes: UnsafeMutableRawPointer) {
        bytes.storeBytes(of: isPartial ? UInt8(ascii: "P") : UInt8(ascii: "F"), toByteOffset: tag, as: UInt8.self)
    }

    /// Whether a record is at least as late as a time.
    static func isRecord(_ record: UnsafeRawBufferPointer, since time: [UInt8]) -> Bool {
        guard let start = record.baseAddress, record.count >= OutputTime.length else { return false }
        return time.withUnsafeBytes { bytes in
            bytes.baseAddress.map { memcmp(start, $0, OutputTime.length) >= 0 } ?? true
        }
    }
}
