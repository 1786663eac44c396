/// Which part of the screen is for what.
struct ScreenLayout: Sendable, Hashable {
    /// The least that anything can be done with.
    static let minimum = Size(width: 20, height: 5)

    let size: Size
    let header: Rect
    /// The heading of the table and its rows; empty when the log has its place.
    let table: Rect
    /// The log with its title; empty where there is no room for it.
    let log: Rect
    /// The filter, a message, or the selected task in a line.
    let status: Rect
    let footer: Rect

    init(size: Size, logIsFull: Bool) {
        self.size = size
        let (width, height) = (size.width, size.height)
        let headerHeight = height >= 14 ? 2 : 1
        let hasStatus = height >= 8
        let body = max(0, height - headerHeight - (hasStatus ? 2 : 1))
        var logHeight = 0
        if logIsFull {
            logHeight = body
        } else if body >= 12 {
            logHeight = max(5, body * 2 / 5)
        }
        header = Rect(x: 0, y: 0, width: width, height: headerHeight)
        table = Rect(x: 0, y: headerHeight, width: width, height: body - logHeight)
        log = Rect(x: 0, y: headerHeight + table.height, width: width, height: logHeight)
        status = Rect(x: 0, y: headerHeight + body, width: width, height: hasStatus ? 1 : 0)
        footer = Rect(x: 0, y: height - 1, width: width, height: 1)
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
}
