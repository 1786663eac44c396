import TaskModel

/// A task id within a text.
struct TaskMention: Sendable, Hashable {
    let id: TaskID
    let range: Range<String.Index>

    /// Finds every id that is not part of a longer word.
    static func all(in text: String) -> [TaskMention] {
        let utf8 = text.utf8
        var mentions: [TaskMention] = []
        var start: String.Index?
        func end(_ end: String.Index) {
            guard let begin = start, utf8.distance(from: begin, to: end) == 26 else { return }
            if let id = TaskID(text[begin..<end]) { mentions.append(TaskMention(id: id, range: begin..<end)) }
        }
        var index = utf8.startIndex
        while index < utf8.endIndex {
            switch utf8[index] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"), 0x80...:
                if start == nil { start = index }
            default:
                end(index)
                start = nil
            }
            utf8.formIndex(after: &index)
        }
        end(index)
        return mentions
    }
}
