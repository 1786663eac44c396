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
