/// Words that must all occur, and words after a `!` that must not, in whatever case.
struct TextFilter: Sendable {
    /// Each once: a pasted text may repeat some thousands of times what every task has.
    private let included: Set<Word>
    private let excluded: Set<Word>

    /// - Parameter text: words with spaces between them; `!word` excludes, and a `!` alone is no word.
    init(_ text: String) {
        var (included, excluded): (Set<Word>, Set<Word>) = ([], [])
        for word in text.lowercased().split(separator: " ") {
            if !word.hasPrefix("!") {
                included.insert(Word(String(word)))
            } else if word.count > 1 {
                excluded.insert(Word(String(word.dropFirst())))
            }
        }
        self.included = included
        self.excluded = excluded
    }

    var isEmpty: Bool { included.isEmpty && excluded.isEmpty }

    func matches(_ text: String) -> Bool { matches(FilteredText(text)) }

    /// - Parameter more: looked into as well, if there is any.
    func matches(_ text: FilteredText, and more: FilteredText? = nil) -> Bool {
        func occurs(_ word: Word) -> Bool {
            word.occurs(in: text) || more.map { word.occurs(in: $0) } ?? false
        }
        return included.allSatisfy(occurs) && !excluded.contains(where: occurs)
    }

    private struct Word: Sendable, Hashable {
        let text: FilteredText

        init(_ text: String) {
            self.text = FilteredText(text)
        }

        func occurs(in other: FilteredText) -> Bool {
            // Of two spellings of a text in Unicode one may have three times the bytes.
            guard text.bytes.count <= other.bytes.count * 3 else { return false }
            if text.isASCII || other.isASCII { return other.contains(text.bytes) }
            return other.text.contains(text.text)
        }
    }
}

/// A text in lower case, for a filter to look into again and again.
struct FilteredText: Sendable, Hashable {
    fileprivate let text: String
    fileprivate let bytes: [UInt8]
    fileprivate let isASCII: Bool

    init(_ text: String) {
        self.text = text.lowercased()
        bytes = Array(self.text.utf8)
        isASCII = bytes.allSatisfy { $0 < 0x80 }
    }

    /// Whether a sequence of bytes occurs; comparing characters takes some hundred times longer.
    fileprivate func contains(_ word: [UInt8]) -> Bool {
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
