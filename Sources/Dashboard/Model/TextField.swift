/// A line of text that is being edited.
struct TextField: Sendable, Hashable {
    /// Characters beyond this are not taken: a pasted file must not fill the memory.
    private static let capacity = 100_000

    private var characters: [Character]
    private(set) var cursor: Int

    init(_ text: String = "") {
        characters = Array(text)
        cursor = characters.count
    }

    var text: String { String(characters) }
    var beforeCursor: String { String(characters[..<cursor]) }

    /// Takes a key, unless it is none that edits.
    mutating func take(_ key: Key) -> Bool {
        switch key {
        case .character(let scalar): insert(String(Character(scalar)))
        case .left: cursor = max(0, cursor - 1)
        case .right: cursor = min(characters.count, cursor + 1)
        case .home, .control("a"): cursor = 0
        case .end, .control("e"): cursor = characters.count
        case .backspace:
            guard cursor > 0 else { break }
            cursor -= 1
            characters.remove(at: cursor)
        case .delete, .control("d"):
            if cursor < characters.count { characters.remove(at: cursor) }
        case .control("u"):
            characters.removeFirst(cursor)
            cursor = 0
        case .control("k"): characters.removeLast(characters.count - cursor)
        case .control("w"):
            let word = characters[..<cursor].reversed().drop { $0 == " " }.drop { $0 != " " }.count
            characters.removeSubrange(word..<cursor)
            cursor = word
        default: return false
        }
        return true
    }

    /// Inserts text at the cursor; line ends and tabs become spaces, since there is but one line.
    mutating func insert(_ text: String) {
        let end = beforeCursor + text.map { $0.isNewline || $0 == "\t" ? " " : String($0) }.joined()
        let rest = characters[cursor...]
        // A combining character joins the one before it, so the cursor is counted anew.
        let before = Array(end.prefix(max(0, Self.capacity - rest.count)))
        characters = before + rest
        cursor = before.count
    }
}
