/// A lowercase text, prepared for repeated filtering.
struct FilteredText: Sendable, Hashable {
    let text: String
    let bytes: [UInt8]
    let isASCII: Bool

    init(_ text: String) {
        self.text = text.lowercased()
        bytes = Array(self.text.utf8)
        isASCII = bytes.allSatisfy { $0 < 0x80 }
    }

    /// Whether a sequence of bytes occurs; comparing characters takes about a hundred times longer.
    func contains(_ word: [UInt8]) -> Bool {
        guard let first = word.first else { return true }
        guard word.count <= bytes.count else { return false }
        return bytes.withUnsafeBufferPointer { bytes in
            word.withUnsafeBufferPointer { word in
                (0...bytes.count - word.count).contains { start in
                    bytes[start] == first && (1..<word.count).allSatisfy { bytes[start + $0] == word[$0] }
                }
            }
        }
    }
}
