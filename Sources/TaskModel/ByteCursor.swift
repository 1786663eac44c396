import JSON

/// Writes bytes one after another into memory of fixed size, and traps at its end.
///
/// A record in a list is a few copies of some hundred bytes: growing an array costs as much as copying them.
package struct ByteCursor {
    private let memory: UnsafeMutableRawBufferPointer
    /// The bytes that have been written.
    package private(set) var count = 0

    /// - Parameter memory: where to write; its owner keeps it alive.
    package init(_ memory: UnsafeMutableRawBufferPointer) {
        self.memory = memory
    }

    package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count <= memory.count - count)
        guard let source = bytes.baseAddress, let start = memory.baseAddress else { return }
        (start + count).copyMemory(from: source, byteCount: bytes.count)
        count += bytes.count
    }

    package mutating func append(_ bytes: Slice<UnsafeRawBufferPointer>) {
        append(UnsafeRawBufferPointer(rebasing: bytes))
    }

    package mutating func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { append($0) }
    }

    package mutating func append(literal text: StaticString) {
        text.withUTF8Buffer { append(UnsafeRawBufferPointer($0)) }
    }

    package mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    /// Writes the decimal digits of a number.
    package mutating func append(_ number: Int) {
        number.withDecimalDigits { append($0) }
    }
}
