/// The columns that have room, with their places.
struct ColumnLayout: Sendable, Hashable {
    /// A column with its place on the screen.
    struct Placed: Sendable, Hashable {
        let column: TaskColumn
        let x: Int
        let width: Int

        /// The title, or a shorter one where there is little room.
        var title: String {
            switch column {
            case .progress where width < 8: "DONE"
            case .step where width < 11: "STEP"
            default: column.title
            }
        }
    }

    /// Cells at the left for the marks of selection and tag.
    static let margin = 2

    /// What each column asks for in turn, the most important first: a later request for the same column makes it wider.
    private static let requests: [(column: TaskColumn, width: Int)] = [
        (.state, 12), (.progress, 5), (.id, 7), (.elapsed, 8), (.title, 12), (.type, 15), (.step, 8), (.priority, 4),
        (.step, 13), (.started, 9), (.title, 15), (.ended, 9), (.step, 24), (.cpu, 5), (.attempt, 5), (.step, 34),
        (.title, 20), (.memory, 5), (.eta, 8), (.timeout, 8), (.progress, 14), (.pid, 7), (.title, 28), (.step, 46),
        (.id, 26), (.progress, 20),
    ]
    /// `? not answering 59 min`.
    private static let silentWidth = 22
    /// What the widest sentences and titles need.
    private static let maximumWidths: [(column: TaskColumn, width: Int)] = [(.step, 80), (.title, 60)]

    let columns: [Placed]

    /// - Parameters:
    ///   - used: of the optional columns those that there are.
    ///   - sorted: the column that rows are sorted by, which comes early: an order that cannot be seen tells nothing.
    ///   - hasSilent: whether there is a task that does not answer, whose state is longer.
    init(width: Int, using used: Set<TaskColumn>, sortedBy sorted: TaskColumn = .id, hasSilent: Bool = false) {
        var widths: [TaskColumn: Int] = [:]
        // The last column needs no gap behind it.
        var rest = width - Self.margin + 1
        func request(_ column: TaskColumn, _ width: Int) {
            let cost = widths[column].map { width - $0 } ?? width + 1
            guard cost > 0, cost <= rest else { return }
            rest -= cost
            widths[column] = width
        }
        for (column, width) in Self.requests {
            if TaskColumn.optional.contains(column), !used.contains(column) { continue }
            request(column, width)
            if column == .id, let first = Self.requests.first(where: { $0.column == sorted }),
                !TaskColumn.optional.contains(sorted) || used.contains(sorted)
            {
                request(sorted, first.width)
            }
            if column == .type, hasSilent { request(.state, Self.silentWidth) }
        }
        for (column, greatest) in Self.maximumWidths {
            if let width = widths[column] { request(column, min(greatest, width + rest)) }
        }
        var x = Self.margin
        columns = TaskColumn.allCases.compactMap { column in
            guard let width = widths[column] else { return nil }
            defer { x += width + 1 }
            return Placed(column: column, x: x, width: width)
        }
    }
}
