import TaskModel

/// One line of the text on a task.
enum DetailLine: Sendable {
    case heading(String)
    /// A label, empty where a text goes on, and what belongs to it.
    case text(label: String, Substring, Style)
}

/// All about one task, wrapped to a width.
///
/// In parts that change at different times: data and result may be as large as a megabyte and do not change at all,
/// while progress changes many times a second.
struct DetailText: Sendable {
    static let labelWidth = 12

    private var width: Int?
    private var isUnicode = true

    private var task: [DetailLine] = []
    private var result: [DetailLine]?
    private var data: [DetailLine]?
    /// What stands for data that is still to be read.
    private var dataToCome: [DetailLine] = []
    private var worker: [DetailLine] = []

    private var parts: [[DetailLine]] { [task, result ?? [], data ?? dataToCome, worker] }

    var count: Int { parts.reduce(0) { $0 + $1.count } }

    /// A part of the lines.
    func lines(from start: Int, count: Int) -> [DetailLine] {
        var lines: [DetailLine] = []
        var skipped = start
        for part in parts {
            lines += part.dropFirst(skipped).prefix(count - lines.count)
            skipped = max(0, skipped - part.count)
        }
        return lines
    }

    /// Brings the text up to date; what is of the same task is kept as far as it cannot have changed.
    mutating func update(_ record: TaskRecord, _ detail: TaskDetail?, width: Int, isUnicode: Bool) {
        if width != self.width || isUnicode != self.isUnicode { (data, result) = (nil, nil) }
        (self.width, self.isUnicode) = (width, isUnicode)
        let room = max(1, width - Self.labelWidth)
        task = DetailWriter.write(room) { $0.write(record) }
        // Data is what the task was made with, and a result is the last that comes of it.
        // Large data of a task that waits comes with the detail.
        if data == nil, let text = record.data ?? detail?.record.data {
            data = DetailWriter.write(room) { $0.write(text.value, under: "Data") }
        }
        if data == nil { dataToCome = DetailWriter.write(room) { $0.writeToCome("Data", isUnicode: isUnicode) } }
        if result == nil, let text = record.result {
            result = DetailWriter.write(room) { $0.write(text.value, under: "Result") }
        }
        worker = DetailWriter.write(room) { $0.write(detail, isUnicode: isUnicode) }
    }
}
