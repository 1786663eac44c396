/// Which part of the screen is for what.
struct ScreenLayout: Sendable, Hashable {
    /// The least that anything can be done with.
    static let minimum = Size(width: 20, height: 5)
    /// From this width on the selected task has a place beside the table.
    static let wideWidth = 150
    private static let minimumLogHeight = 5

    let size: Size
    let header: Rect
    /// The heading of the table and its rows; empty when the log has its place.
    let table: Rect
    /// The log with its title; empty where there is no room for it.
    let log: Rect
    /// The selected task, with its title and a line at its left; empty where there is no room for it.
    let side: Rect
    /// The filter, a message, or the selected task in a line.
    let status: Rect
    let footer: Rect
    /// Lines of log, below the title, when it has all that it may have.
    let maximumLogLines: Int

    /// - Parameters:
    ///   - logLines: the lines that the log fills; it gets no more than it may have.
    ///   - taskCount: the rows that the table fills; what it does not need the log may have.
    init(size: Size, logIsFull: Bool, logLines: Int = .max, taskCount: Int = .max) {
        self.size = size
        let (width, height) = (size.width, size.height)
        let headerHeight = height >= 14 ? 2 : 1
        let hasStatus = height >= 8
        let body = max(0, height - headerHeight - (hasStatus ? 2 : 1))
        var maximumLog = 0
        if logIsFull {
            maximumLog = body
        } else if body >= 12 {
            // In steps, so that not every new task moves the log.
            let tableHeight = (min(taskCount, body) + 2 + 7) / 8 * 8 + 1
            maximumLog = max(Self.minimumLogHeight, body * 2 / 5, body - tableHeight)
        }
        let logHeight =
            logIsFull
            ? body : min(maximumLog, max(Self.minimumLogHeight, logLines < maximumLog ? logLines + 1 : maximumLog))
        let sideWidth = width >= Self.wideWidth && body >= 8 && !logIsFull ? min(100, width * 2 / 5) : 0
        header = Rect(x: 0, y: 0, width: width, height: headerHeight)
        table = Rect(x: 0, y: headerHeight, width: width - sideWidth, height: body - logHeight)
        log = Rect(x: 0, y: headerHeight + table.height, width: width - sideWidth, height: logHeight)
        side = Rect(x: width - sideWidth, y: headerHeight, width: sideWidth, height: sideWidth > 0 ? body : 0)
        status = Rect(x: 0, y: headerHeight + body, width: width, height: hasStatus ? 1 : 0)
        footer = Rect(x: 0, y: height - 1, width: width, height: 1)
        maximumLogLines = max(0, maximumLog - 1)
    }

    var isTooSmall: Bool { size.width < Self.minimum.width || size.height < Self.minimum.height }

    /// Between header and status line: where the detail goes.
    var body: Rect { Rect(x: 0, y: header.height, width: size.width, height: table.height + log.height) }

    /// Rows of tasks, below the heading.
    var tableRows: Int { max(0, table.height - 1) }
    /// Lines of log, below the title.
    var logLines: Int { max(0, log.height - 1) }
    /// Lines of the detail, below its title.
    var detailLines: Int { max(0, body.height - 1) }
    /// Lines on the selected task, below its title.
    var sideLines: Int { max(0, side.height - 1) }
}
