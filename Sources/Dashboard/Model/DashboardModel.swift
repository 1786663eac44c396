import TaskControl
package import TaskModel

/// The state of the dashboard.
///
/// A value without a clock, a terminal or a service: ``update(_:at:)`` applies an event and returns commands, ``frame``
/// draws. Equal models have equal frames.
package struct DashboardModel: Sendable {
    var taskTypes: [TaskTypeDescription]
    /// The type that the form for a new task begins with: that of the last one, once there is one.
    var offeredType: String?
    let capabilities: Capabilities
    /// The time zone of the operator.
    let localTime: LocalTime
    /// The fate of tasks when the service ends.
    let retention: TaskRetention

    /// The time of the last event; the screen shows times as of then.
    var now: Moment
    var size: Size
    /// The address of the API; `nil` until it listens.
    var address: String?
    /// Whether API requests need the token of the service.
    var needsToken = false

    var tasks: TaskTable
    var queue = QueueStatus() { didSet { tasks.queue = queue } }
    /// The reason why no worker can be started; `nil` if workers can be started.
    var launchFailure: String? { didSet { tasks.launchFailure = launchFailure } }
    /// The reason why tasks cannot be stored; `nil` if they can.
    var storageFailure: StorageFailure?
    /// The tasks whose workers do not answer.
    var silentTasks: Set<TaskID> = []
    var log = LogPane()
    var usage = UsageHistory()

    var focus = Pane.table { didSet { if focus != oldValue { finishTyping() } } }
    /// Whether the log covers the table.
    var logIsFull = false
    /// The text being typed for the focused pane; `nil` if none is.
    var paneInput: PaneInput?
    var lastRowSearch = ""
    /// The search in the log, a detail or a dump while its text is being typed.
    var searchInput: SearchInput?
    /// Whether the log shows only records about the selected task.
    var logFollowsSelection = false
    /// The height that the log has grown to.
    var logGrowth = LogGrowth()
    /// The selected task beside the table, on wide screens.
    var side: DetailPane?
    /// The output of the task in the detail, or beside the table; `nil` if neither is shown.
    var output: OutputPane?
    /// The last lines of output in the table.
    var lastLines = LastLines()
    /// The pending request for a detail, and the time of the last one for the side.
    var detailReading = DetailReading()
    /// The overlays above table and log, the topmost last.
    var overlays: [Overlay] = []
    var message: Message?
    var mouseIsOn: Bool
    var isShuttingDown = false
    /// The connection to the service; `nil` if it is in this process.
    var attachment: Attachment?

    /// The batches with missing results, by number.
    var batches: [Int: ActionBatch] = [:]
    var lastBatch = 0
    /// The numbers of the batches that expect an answer, oldest first.
    var expectedAnswers: [BatchAnswer: [Int]] = [:]
    /// The last requested action without a result, by task.
    var pendingActions: [TaskID: TaskAction] = [:]
    /// The last requested priority without a result, by task.
    var pendingPriorities: [TaskID: Int] = [:]
    /// The task to select once its record arrives.
    var taskToSelect: TaskID?
    var isReadingUsage = false

    /// - Parameters:
    ///   - offeredType: The type that the form begins with; `nil` for the first one.
    ///   - isAttached: Whether the service is in another process.
    ///   - now: The current time; the uptime is that of this process.
    package init(
        size: Size, taskTypes: [TaskTypeDescription], offeredType: String? = nil, capabilities: Capabilities,
        localTime: LocalTime = .utc,
        retention: TaskRetention = .onDisk(requeues: false), isAttached: Bool = false, now: Moment
    ) {
        self.size = size
        self.taskTypes = taskTypes
        self.offeredType = offeredType
        self.capabilities = capabilities
        self.localTime = localTime
        self.retention = retention
        tasks = TaskTable(localTime: localTime)
        self.now = now
        attachment = isAttached ? Attachment() : nil
        mouseIsOn = capabilities.hasMouse
    }

    var glyphs: Glyphs { capabilities.isUnicode ? .unicode : .ascii }
    var layout: ScreenLayout {
        ScreenLayout(size: size, logIsFull: logIsFull, logLines: logGrowth.lines, taskCount: tasks.rows.count)
    }

    /// The task that the detail shows; `nil` if none is open.
    var detailedTask: TaskID? {
        for case .detail(let pane) in overlays { return pane.id }
        return nil
    }

    /// The tasks that the key of an action applies to.
    var targets: Targets {
        detailedTask.map { Targets(source: .detail($0), hidden: [:]) } ?? tasks.targets
    }

    /// The filter of the focused pane while it is being edited.
    var filterField: TextField? {
        if case .filter(let field) = paneInput { field } else { nil }
    }

    /// The row search while it is being edited.
    var rowSearch: RowSearch? {
        if case .rowSearch(let search) = paneInput { search } else { nil }
    }

    /// Whether a question has not been on the screen yet.
    var hasUnshownQuestion: Bool { overlays.last?.isUnshownQuestion == true }

    /// Whether character keys are inserted into a text.
    var isEditingText: Bool {
        if layout.isTooSmall { return false }
        if case .form(let form) = overlays.last { return form.isEditingText }
        if case .prompt = overlays.last { return true }
        return isTypingSearch || overlays.isEmpty && paneInput != nil
    }

    /// The short name of a task for messages.
    func name(_ id: TaskID) -> String {
        Format.short(id, glyphs)
    }
}
