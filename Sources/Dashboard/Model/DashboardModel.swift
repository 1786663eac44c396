import TaskControl
package import TaskModel

/// All that the dashboard knows and shows.
///
/// A value without a clock, a terminal or a service: ``update(_:at:)`` takes what has happened and
/// returns what is to be done, ``frame`` draws. The same model always gives the same frame.
package struct DashboardModel: Sendable {
    let taskTypes: [TaskTypeDescription]
    let capabilities: Capabilities
    /// The civil time of the operator.
    let localTime: LocalTime
    /// What becomes of tasks when the service ends.
    let retention: TaskRetention

    /// When the last event was; what is shown of time is as of then.
    var now: Moment
    var size: Size
    /// Where the API listens; `nil` until it does.
    var address: String?
    /// Whether requests need the service's token.
    var needsToken = false

    var tasks: TaskTable
    var queue = QueueStatus() { didSet { tasks.queue = queue } }
    /// Why no worker can be started; `nil` when one can.
    var launchFailure: String? { didSet { tasks.launchFailure = launchFailure } }
    /// Why tasks cannot be stored; `nil` when they can.
    var storageFailure: StorageFailure?
    /// The tasks whose workers do not answer.
    var silentTasks: Set<TaskID> = []
    var log = LogPane()
    var usage = UsageHistory()

    var focus = Pane.table { didSet { if focus != oldValue { finishTyping() } } }
    /// Whether the log takes the table's place.
    var logIsFull = false
    /// The text of the focused pane's filter, while it is being edited.
    var filterField: TextField?
    /// The search in the table, while it is being edited.
    var rowSearch: RowSearch?
    var lastRowSearch = ""
    /// The text to look for in what is on top, while it is being typed.
    var searchInput: SearchInput?
    /// Whether the log shows only what is on the selected task, whichever that is.
    var logFollowsSelection = false
    /// Lines that the log has grown to.
    var logGrowth = LogGrowth()
    /// The selected task beside the table, where there is room for it.
    var side: DetailPane?
    /// Which task's worker is being asked, and when the last question for the side was.
    var detailReading = DetailReading()
    /// What lies over table and log, the topmost last.
    var overlays: [Overlay] = []
    var message: Message?
    var mouseIsOn: Bool
    var isShuttingDown = false

    /// What was asked for here and has not been answered.
    var batches: [Int: ActionBatch] = [:]
    var lastBatch = 0
    /// By what is to be answered, the numbers of its batches.
    var expectedAnswers: [BatchAnswer: [Int]] = [:]
    /// By task, the action last asked for here and not answered.
    var pendingActions: [TaskID: TaskAction] = [:]
    /// By task, the priority last asked for here and not answered.
    var pendingPriorities: [TaskID: Int] = [:]
    /// The task to be selected once it is known.
    var taskToSelect: TaskID?
    var isReadingUsage = false

    /// - Parameter now: the uptime counts from when the service was started.
    package init(
        size: Size, taskTypes: [TaskTypeDescription], capabilities: Capabilities, localTime: LocalTime = .utc,
        retention: TaskRetention = .onDisk(requeues: false), now: Moment
    ) {
        self.size = size
        self.taskTypes = taskTypes
        self.capabilities = capabilities
        self.localTime = localTime
        self.retention = retention
        tasks = TaskTable(localTime: localTime)
        self.now = now
        mouseIsOn = capabilities.hasMouse
    }

    var glyphs: Glyphs { capabilities.isUnicode ? .unicode : .ascii }
    var layout: ScreenLayout {
        ScreenLayout(size: size, logIsFull: logIsFull, logLines: logGrowth.lines, taskCount: tasks.rows.count)
    }

    /// The task that the detail shows, or else nothing.
    var detailedTask: TaskID? {
        for case .detail(let pane) in overlays { return pane.id }
        return nil
    }

    /// What an action's key applies to now.
    var targets: Targets {
        detailedTask.map { Targets(source: .detail($0), hidden: [:]) } ?? tasks.targets
    }

    /// Whether a question waits for its first frame.
    var hasUnshownQuestion: Bool { overlays.last?.isUnshownQuestion == true }

    /// Whether characters go into a text, whatever they are.
    var isEditingText: Bool {
        if layout.isTooSmall { return false }
        if case .form(let form) = overlays.last { return form.isEditingText }
        if case .prompt = overlays.last { return true }
        return isTypingSearch || overlays.isEmpty && (filterField != nil || rowSearch != nil)
    }

    /// Names a task in messages.
    func name(_ id: TaskID) -> String {
        Format.short(id, glyphs)
    }
}
