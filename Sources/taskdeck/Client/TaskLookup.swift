import JSON
import TaskClient
import TaskModel

/// Finds tasks by the ids that users type.
enum TaskLookup {
    /// The fewest characters of an id that are accepted.
    private static let minimum = 3
    /// The most candidates that an error names.
    private static let shownCandidates = 5

    /// The ids that users mean, in their order, each once.
    ///
    /// - Throws: ``VerbError`` for a text that is no id, is ambiguous, or that no task's id ends with; `TaskError`.
    static func ids(of texts: [String], in session: ClientSession) async throws -> [TaskID] {
        var known: [TaskID]?
        var ids: [TaskID] = []
        for text in texts {
            let ending = try Self.ending(text)
            var id = TaskID(ending)
            if id == nil {
                if known == nil { known = try Self.ids(in: await session.client.listBody(TaskQuery(), .summary)) }
                id = try await only(known?.filter { $0.description.hasByteSuffix(ending) } ?? [], text, session)
            }
            if let id, !ids.contains(id) { ids.append(id) }
        }
        return ids
    }

    /// The id that a user means; see ``ids(of:in:)``.
    static func id(of text: String, in session: ClientSession) async throws -> TaskID {
        // One text has one id.
        try await ids(of: [text], in: session)[0]
    }

    /// The end of an id in the letters of ids: as tables show it, also with `…` before it, and in small letters.
    private static func ending(_ text: String) throws(VerbError) -> String {
        var rest = Substring(text)
        for prefix in ["…", "..."] where rest.hasBytePrefix(prefix) { rest = rest.dropFirst(prefix.count) }
        let ending = rest.uppercased()
        let isPossible = ending.utf8.allSatisfy { "0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8.contains($0) }
        guard isPossible, ending.utf8.count >= minimum, ending.utf8.count <= 26 else {
            throw .usage(
                "'\(text)' is no id of a task: it must be \(minimum) to 26 letters and digits from the end of one, "
                    + "such as 'taskdeck ls' shows")
        }
        return ending
    }

    private static func only(_ matching: [TaskID], _ text: String, _ session: ClientSession) async throws -> TaskID {
        guard let first = matching.first else {
            throw VerbError("no task has an id that ends with '\(text)'", ExitStatus.failure)
        }
        guard matching.count > 1 else { return first }
        var candidates: [String] = []
        for id in matching.suffix(shownCandidates) {
            let record = try await session.client.task(id)
            candidates.append(record.map { "\(id) (\($0.type), \($0.state.rawValue))" } ?? "\(id)")
        }
        if matching.count > shownCandidates { candidates.append("…") }
        throw VerbError.usage(
            "'\(text)' is ambiguous, give more characters of the id: \(candidates.joined(separator: ", "))")
    }

    private static let beginning = Array("{\"tasks\":[".utf8)
    private static let member = Array("\"task_id\":\"".utf8)

    /// The ids in a list of summaries, oldest first.
    ///
    /// A member's name is found by its bytes: in texts quotation marks are escaped, and summaries have no data of
    /// clients. Decoding ten thousand records would take longer than all else.
    ///
    /// - Throws: ``TaskError/remote(_:)`` for what is no list of tasks: without ids it would look like an empty one.
    static func ids(in list: [UInt8]) throws(TaskError) -> [TaskID] {
        guard list.starts(with: beginning) else {
            throw .remote(.unexpectedAnswer(reason: "its answer is no list of tasks"))
        }
        var ids: [TaskID] = []
        list.withUnsafeBufferPointer { bytes in
            var position = 0
            while position + member.count + 26 <= bytes.count {
                guard bytes[position] == UInt8(ascii: "\""), bytes[position...].starts(with: member) else {
                    position += 1
                    continue
                }
                position += member.count
                if let id = TaskID(String(decoding: bytes[position..<position + 26], as: UTF8.self)) { ids.append(id) }
            }
        }
        return ids
    }

    /// The shortest endings, of at least six characters, by which ids can be told apart.
    static func shortLength(of ids: [TaskID]) -> Int {
        let texts = ids.map(\.description)
        for length in 6..<26 where Set(texts.map { $0.suffix(length) }).count == texts.count { return length }
        return 26
    }
}
