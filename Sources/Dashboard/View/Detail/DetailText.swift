import TaskControl
import TaskModel

/// The text about a task, wrapped to a width.
///
/// Its parts change at different times: data and result may be megabytes and never change, progress changes many times
/// a second.
struct DetailText: Sendable {
    static let labelWidth = 13

    /// The length of the text.
    enum Form: Sendable, Hashable {
        case whole
        /// The text beside the table, with excerpts of data, result and output.
        case brief
    }

    /// The position of a line, independent of the number of lines before it.
    struct Place: Sendable, Hashable {
        let part: Int
        let line: Int
    }

    let form: Form
    private var layout: DetailLayout?

    private var task: [DetailLine] = []
    private var result: [DetailLine]?
    private var data: [DetailLine]?
    /// The lines in place of data that is still to be read.
    private var dataPlaceholder: [DetailLine] = []
    private var worker: [DetailLine] = []

    init(_ form: Form) {
        self.form = form
    }

    private var parts: [[DetailLine]] {
        guard form == .brief, let layout else { return [task, result ?? [], data ?? dataPlaceholder, worker] }
        let (result, data) = (result ?? [], data ?? dataPlaceholder)
        let room = layout.rows - task.count - worker.count
        // The result has priority over the data.
        let resultRows = max(Self.minimumRows, room - min(data.count, Self.minimumRows))
        let dataRows = max(Self.minimumRows, room - min(result.count, resultRows))
        return [task, layout.excerpt(of: result, rows: resultRows), layout.excerpt(of: data, rows: dataRows), worker]
    }

    /// The rows of a result or data that are shown in any case, with the heading.
    private static let minimumRows = 13

    var count: Int { parts.reduce(0) { $0 + $1.count } }

    /// A range of lines with their places.
    func lines(from start: Int, count: Int) -> [(place: Place, line: DetailLine)] {
        var lines: [(Place, DetailLine)] = []
        var skipped = max(0, start)
        for (number, part) in parts.enumerated() {
            let range = min(skipped, part.count)..<min(part.count, skipped + count - lines.count)
            lines += range.map { (Place(part: number, line: $0), part[$0]) }
            skipped = max(0, skipped - part.count)
        }
        return lines
    }

    /// The index of a line in the present text.
    func index(of place: Place) -> Int {
        parts.prefix(place.part).reduce(0) { $0 + $1.count } + place.line
    }

    /// The first line, in search order, in which a match begins.
    func find(_ search: TextSearch, _ direction: SearchDirection, from start: Int) -> (index: Int, place: Place)? {
        let parts = parts
        let starts = parts.indices.map { number in parts.prefix(number).reduce(0) { $0 + $1.count } }
        for index in direction.indices(from: start, count: count) {
            guard let part = starts.lastIndex(where: { $0 <= index }) else { continue }
            let line = index - starts[part]
            if parts[part][line].matches(search) { return (index, Place(part: part, line: line)) }
        }
        return nil
    }

    /// Updates the text; lines that cannot have changed are kept.
    mutating func update(_ row: TaskRow, _ detail: TaskDetail?, at now: Moment, _ layout: DetailLayout) {
        if layout != self.layout { (data, result) = (nil, nil) }
        self.layout = layout
        let record = row.record
        func write(_ body: (inout DetailWriter) -> Void) -> [DetailLine] {
            DetailWriter.write(layout, at: now, body)
        }
        let form = form
        task = write { form == .whole ? $0.write(row) : $0.writeBrief(row) }
        // Data and result never change. The data of a waiting task may be stored only, and then arrives with the
        // detail.
        if data == nil, let text = record.data ?? detail?.record.data {
            data = write { $0.write(text, under: "Data", form) }
        }
        if data == nil { dataPlaceholder = write { $0.writePlaceholder("Data") } }
        if result == nil, let text = record.result {
            result = write { $0.write(text, under: "Result", form) }
        }
        worker = write { form == .whole ? $0.write(detail) : $0.writeOutput(detail) }
        if form == .brief, layout.rows == 0 { worker = [] }
    }
}
