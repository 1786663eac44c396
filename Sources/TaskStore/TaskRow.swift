import GRDB
import JSON
import TaskModel

/// One row of the table of tasks.
///
/// Other programs can write to the file, and disks fail: a column may contain anything, and a record that cannot be read
/// is shown as that of a failed task.
struct TaskRow {
    let id: TaskID
    private let type: String
    /// A final state, `queued` or `active`; anything else is a defect of the row.
    let status: String
    /// Whether its status or type is invalid, so that no list finds it until it is corrected.
    let isInvalid: Bool
    /// When its status was set.
    let since: Timestamp
    private let version: Int64?
    private let checksum: Int64?
    /// The record's text, or why it cannot be read.
    private let text: Result<String, Unreadable>

    /// Why a record cannot be read.
    private struct Unreadable: Error, CustomStringConvertible {
        let description: String
    }

    // MARK: - Reading

    /// The valid values of the status column, as SQL.
    private static let statuses = (["queued", "active"] + TaskState.allCases.filter(\.isFinal).map(\.rawValue))
        .map { "'\($0)'" }.joined(separator: ", ")
    /// The status and type as SQL; NULL where they are invalid, such as blobs or texts with a NUL.
    static let statusColumn = "CASE WHEN status IN (\(statuses)) THEN status END"
    static let typeColumn = "CASE WHEN typeof(type) = 'text' AND instr(type, char(0)) = 0 THEN type END"

    /// Reads the row of a task; returns `nil` when it is not stored.
    ///
    /// - Throws: `DatabaseError` when other columns than the record cannot be read.
    static func fetch(_ id: TaskID, _ db: Database) throws -> TaskRow? {
        do {
            let statement = try db.cachedStatement(
                sql: """
                    SELECT \(typeColumn), \(statusColumn), since, version, checksum, record FROM task WHERE id = ?
                    """)
            return try Row.fetchOne(statement, arguments: [id.description]).map { TaskRow(id, $0) }
        } catch let error as DatabaseError where error.isAboutContent {
            let statement = try db.cachedStatement(
                sql: "SELECT \(typeColumn), \(statusColumn), since FROM task WHERE id = ?")
            return try Row.fetchOne(statement, arguments: [id.description]).map {
                TaskRow(id, $0, text: .failure(Unreadable(description: StoreError(error).description)))
            }
        }
    }

    private init(_ id: TaskID, _ row: Row, text: Result<String, Unreadable>? = nil) {
        self.id = id
        let (type, status): (String?, String?) = (row.value(at: 0), row.value(at: 1))
        self.type = type ?? "unknown"
        self.status = status ?? "unknown"
        isInvalid = type == nil || status == nil
        since = row.value(at: 2).map(Timestamp.init(milliseconds:)) ?? id.time
        version = row.value(at: 3)
        checksum = row.value(at: 4)
        self.text =
            text ?? row.value(at: 5).map(Result.success) ?? .failure(Unreadable(description: "it is not a text"))
    }

    /// The size of the record's text, in bytes.
    var size: Int { (try? text.get().utf8.count) ?? 0 }

    /// Whether the task is queued, or had a worker.
    var isAlive: Bool { status == "queued" || status == "active" }

    /// The task's record, or that of a failed task with the reason why it cannot be read.
    ///
    /// - Parameters:
    ///   - now: the time of the end of a task that cannot be read.
    ///   - titles: makes the title of a task that was stored without one.
    func record(at now: Timestamp, titles: TaskStore.Titles) -> (record: TaskRecord, isReadable: Bool) {
        do throws(Unreadable) {
            var record = try decode()
            if record.title.isEmpty { record.title = titles(record) }
            return (record, true)
        } catch {
            var record = TaskRecord(
                id: id, type: type, data: [:], state: .failed, progress: TaskProgress(done: 0, total: 0),
                createdAt: id.time)
            record.error = "its stored record cannot be read: \(error)"
            record.finishedAt = isAlive ? now : since
            return (record, false)
        }
    }

    /// The task's data; `nil` if it cannot be read.
    var data: JSONText? { try? decode().data }

    private func decode() throws(Unreadable) -> TaskRecord {
        let text = try text.get()
        var record: TaskRecord
        do {
            record = try JSONCoding.decode(TaskRecord.self, from: text.utf8)
        } catch let error as JSONSyntaxError {
            throw Unreadable(description: "it is not JSON: \(error.reason) (at byte \(error.offset))")
        } catch {
            throw Unreadable(description: "\(error)")
        }
        // Both describe the service that wrote them.
        (record.reason, record.notAnsweringSince) = (nil, nil)
        guard record.id == id else { throw Unreadable(description: "it is that of the task \(record.id)") }
        guard record.type == type else { throw Unreadable(description: "it is that of a \(record.type) task") }
        if isAlive, !record.state.isFinal {
            record.state = .queued
        } else if record.state.rawValue != status || !record.state.isFinal {
            throw Unreadable(description: "its status is not that of the table")
        }
        return record
    }

    /// The task as lists show it: the stored text where this version has written it so, or else the record written anew.
    func item(at now: Timestamp, titles: TaskStore.Titles) -> EncodedRecord {
        if version == Int64(TaskRecord.version), case .success(let text) = text,
            checksum == Self.checksum(of: text, id, type, status)
        {
            return .stored(id, StoredRecordText(text))
        }
        return EncodedRecord(record(at: now, titles: titles).record)
    }

    // MARK: - Writing

    /// The checksum of a row; it matches as long as no other program has changed the row.
    static func checksum(of record: TaskRecord, _ text: String) -> Int64 {
        checksum(of: text, record.id, record.type, record.state.rawValue)
    }

    /// FNV-1a with 64 bits (http://www.isthe.com/chongo/tech/comp/fnv/): against accidents, not attacks.
    static func checksum(of text: String, _ id: TaskID, _ type: String, _ status: String) -> Int64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for var part in [id.description, type, status, text] {
            part.withUTF8 { bytes in
                for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
            }
        }
        return Int64(bitPattern: hash)
    }
}

extension Row {
    /// A column's value; `nil` where it is missing, or cannot be converted.
    ///
    /// GRDB's own subscripts trap where a value cannot be converted.
    func value<Value: DatabaseValueConvertible>(_ column: String) -> Value? {
        hasColumn(column) ? Value.fromDatabaseValue(self[column] as DatabaseValue) : nil
    }
}

extension Row {
    /// The same for a column by its index, which is faster in large results than by its name.
    func value<Value: DatabaseValueConvertible>(at index: Int) -> Value? {
        index < count ? Value.fromDatabaseValue(self[index] as DatabaseValue) : nil
    }
}

extension DatabaseError {
    /// Whether only a part of the file may be unreadable.
    fileprivate var isAboutContent: Bool {
        [.SQLITE_CORRUPT, .SQLITE_IOERR, .SQLITE_TOOBIG].contains(resultCode)
    }
}
