import TaskControl
import TaskModel

/// The tasks that match a filter, page by page.
struct MatchingTasks {
    /// The most records of a page.
    private static let pageSize = 200
    /// The bytes of a page, without what its last record has beyond.
    private static let byteLimit = 1 << 20

    private let control: any TaskQueries
    private let fields: RecordFields
    private var query: TaskQuery
    /// The tasks that are named and have not been read; `nil` for all.
    private var named: ArraySlice<TaskID>?
    /// Whether there is another page.
    private(set) var hasNext: Bool

    /// - Parameters:
    ///   - named: only these tasks, in this order; `nil` for all, by age.
    ///   - fields: the members that are needed.
    init(
        _ query: TaskQuery, named: [TaskID]?, _ fields: RecordFields, of control: any TaskQueries
    ) {
        self.control = control
        self.fields = fields
        self.query = query
        self.query.limit = Self.pageSize
        self.named = named?[...]
        hasNext = named?.isEmpty != true && query.states?.isEmpty != true
    }

    /// Reads the next page, which may be empty.
    mutating func next() async throws(TaskError) -> [EncodedRecord] {
        if named != nil { return try await nextNamed() }
        let page = try await control.tasks(query, fields)
        query.after = page.next
        hasNext = page.next != nil
        return page.tasks
    }

    private mutating func nextNamed() async throws(TaskError) -> [EncodedRecord] {
        var records: [EncodedRecord] = []
        var size = 0
        while records.count < Self.pageSize, size < Self.byteLimit, let id = named?.popFirst() {
            guard let record = try await control.existing(id, fields), case .body(let body, _) = record,
                query.matches(body.type, body.state)
            else { continue }
            records.append(record)
            size += record.sizeLimit(fields)
        }
        hasNext = named?.isEmpty == false
        return records
    }
}

extension TaskQueries {
    /// The record of a task in JSON; `nil` if there is no such task, also if it is being removed.
    func existing(_ id: TaskID, _ fields: RecordFields) async throws(TaskError) -> EncodedRecord? {
        do throws(TaskError) {
            return try await encodedTask(id, fields)
        } catch .notFound {
            return nil
        }
    }
}
