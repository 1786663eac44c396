/// The columns that fit, with their positions.
struct ColumnLayout: Sendable, Hashable {
    /// A column with its position.
    struct Placed: Sendable, Hashable {
        let column: TaskColumn
        let x: Int
        let width: Int

        /// The title, or a shorter one if the column is narrow.
        var title: String {
            switch column {
            case .progress where width < 8: "DONE"
            case .step where width < 11: "STEP"
            default: column.title
            }
        }
    }

    /// The width of the marks of selection and tag at the left, in cells.
    static let margin = 2

    /// Requests for columns and widths, most important first; a later request for the same column makes it wider.
    private static let requests: [(column: TaskColumn, width: Int)] = [
        (.state, 12), (.progress, 5), (.id, 7), (.elapsed, 8), (.title, 12),
        (.type, maximumTypeWidth), (.step, 8), (.priority, 4),
        (.step, 13), (.started, 9), (.title, 15), (.ended, 9), (.step, 24), (.cpu, 5), (.attempt, 5), (.step, 34),
        (.title, 20), (.memory, 5), (.eta, 8), (.timeout, 8), (.progress, 14), (.pid, 7), (.title, 28), (.step, 46),
        (.id, 26), (.progress, 20),
    ]
    private static let (minimumTypeWidth, maximumTypeWidth) = (7, 15)
    /// `? not answering 59 min`.
    private static let silentWidth = 22
    /// The widths of the longest steps and titles.
    private static let maximumWidths: [(column: TaskColumn, width: Int)] = [(.step, 80), (.title, 60)]

    let columns: [Placed]

    /// - Parameters:
    ///   - used: The optional columns that are in use.
    ///   - sorted: The column that rows are sorted by; it comes early, since an order by an invisible column is
    ///     confusing.
    ///   - hasSilent: Whether a worker does not answer, which takes more room in the state column.
    ///   - typeWidth: The width of the longest type; what it leaves of its column is room for titles.
    init(
        width: Int, using used: Set<TaskColumn>, sortedBy sorted: TaskColumn = .id, hasSilent: Bool = false,
        typeWidth: Int = maximumTypeWidth
    ) {
        let typeWidth = min(max(typeWidth, Self.minimumTypeWidth), Self.maximumTypeWidth)
        var widths: [TaskColumn: Int] = [:]
        // No gap after the last column.
        var rest = width - Self.margin + 1
        func request(_ column: TaskColumn, _ width: Int) {
            let cost = widths[column].map { width - $0 } ?? width + 1
            guard cost > 0, cost <= rest else { return }
            rest -= cost
            widths[column] = width
        }
        for (column, fullWidth) in Self.requests {
            let width =
                switch column {
                case .type: typeWidth
                case .title: fullWidth + Self.maximumTypeWidth - typeWidth
                default: fullWidth
                }
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
