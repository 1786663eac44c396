/// The rectangles of the parts of the screen.
struct ScreenLayout: Sendable, Hashable {
    /// The minimum size of a usable screen.
    static let minimum = Size(width: 20, height: 5)
    /// The minimum width at which the selected task is shown beside the table.
    static let wideWidth = 150
    private static let minimumLogHeight = 5

    let size: Size
    let header: Rect
    /// The heading and the rows of the table; empty if the log covers it.
    let table: Rect
    /// The log with its title; empty without room for it.
    let log: Rect
    /// The selected task with its title and a line at its left; empty without room for it.
    let side: Rect
    /// The filter, a message, or the targets of actions.
    let status: Rect
    let footer: Rect
    /// The maximum number of log lines below the title.
    let maximumLogLines: Int

    /// - Parameters:
    ///   - logLines: The lines that the log fills; its height is limited to these.
    ///   - taskCount: The rows that the table fills; the log may have the others.
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

    /// The space between header and status line, for details.
    var body: Rect { Rect(x: 0, y: header.height, width: size.width, height: table.height + log.height) }

    /// The number of task rows below the heading.
    var tableRows: Int { max(0, table.height - 1) }
    /// The number of log lines below the title.
    var logLines: Int { max(0, log.height - 1) }
    /// The number of detail lines below the title.
    var detailLines: Int { max(0, body.height - 1) }
    /// The number of side lines below the title.
    var sideLines: Int { max(0, side.height - 1) }
}
