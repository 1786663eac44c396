/// A case-insensitive filter: words that must all occur, and words after a `!` that must not.
struct TextFilter: Sendable {
    /// A set, because a pasted text may repeat a word thousands of times.
    private let included: Set<Word>
    private let excluded: Set<Word>

    /// - Parameter text: Words separated by spaces. `!word` excludes; a `!` alone is ignored.
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

    /// - Parameter more: A second text in which words may occur.
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
            // Canonically equivalent strings differ in length by a factor of at most three.
            guard text.bytes.count <= other.bytes.count * 3 else { return false }
            if text.isASCII || other.isASCII { return other.contains(text.bytes) }
            return other.text.contains(text.text)
        }
    }
}
