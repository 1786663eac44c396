/// An editable line of text.
struct TextField: Sendable, Hashable {
    /// The maximum number of characters: a pasted file must not fill the memory.
    private static let capacity = 100_000

    private var characters: [Character] {
        didSet { revision += 1 }
    }
    private(set) var cursor: Int
    /// Incremented with every change of the text.
    private(set) var revision = 0

    init(_ text: String = "") {
        characters = Array(text)
        cursor = characters.count
    }

    var text: String { String(characters) }

    /// Whether the cursor is behind the text.
    var isAtEnd: Bool { cursor == characters.count }

    /// Whether the text is empty or only whitespace.
    var isBlank: Bool { characters.allSatisfy(\.isWhitespace) }

    /// The first characters, at least as many as fit into `cells` cells.
    func beginning(_ cells: Int) -> String {
        // More characters than cells: some have no width.
        String(characters.prefix(cells * 4))
    }

    /// The text around the cursor, at least as much as fits into a line of `cells` cells.
    func excerpt(around cells: Int) -> (beforeCursor: String, afterCursor: String) {
        // More characters than cells: some have no width.
        let room = cells * 4
        return (
            String(characters[max(0, cursor - room)..<cursor]),
            String(characters[cursor..<min(characters.count, cursor + room)])
        )
    }

    /// Handles an editing key.
    ///
    /// - Returns: Whether the key edits.
    mutating func handle(_ key: Key) -> Bool {
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

    /// Removes the text behind the cursor and returns it, with the cursor at its beginning.
    mutating func splitOff() -> TextField {
        var rest = TextField(String(characters[cursor...]))
        rest.cursor = 0
        characters.removeLast(characters.count - cursor)
        return rest
    }

    /// Appends the text of another field; the cursor stays.
    mutating func append(_ other: TextField) {
        characters = Array((characters + other.characters).prefix(Self.capacity))
    }

    /// Inserts text at the cursor; line breaks and tabs become spaces.
    mutating func insert(_ text: String) {
        // A combining character joins the character before it, so that one is inserted again.
        let start = max(0, cursor - 1)
        let joined = String(characters[start..<cursor]) + String(text.map { $0.isNewline || $0 == "\t" ? " " : $0 })
        let room = Self.capacity - (characters.count - (cursor - start))
        let inserted = Array(joined.prefix(max(0, room)))
        characters.replaceSubrange(start..<cursor, with: inserted)
        cursor = start + inserted.count
    }
}
