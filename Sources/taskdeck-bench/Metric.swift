/// A row of the table, in its order.
enum Metric: String, CaseIterable, Sendable {
    case start, idleMemory, idleAnonymousMemory, idleCPU
    case create, createEphemeral, createToRunning, createToCompleted, trivial
    case allRunning, memoryPerTask, waitingCPU, createBesideMany
    case detail, getOne, getOneLatency
    case list0, list0Latency, list100, list100Latency, list1000, list1000Latency, list10000, list10000Latency
    case progressing, progressingUpdates, progressingSummary, progressing1000, progressing1000Updates
    case pause, resume, terminate, kill
    case spacedCreate, spacedCreateToCompleted, spacedPause, spacedKill
    case wakeUpsByCreate, wakeUpsByTrivial, wakeUpsByPause, wakeUpsByKill
    case computing, computingFour
    case command, commandMany, commandMemory, commandOutput, commandOutputKept
    case keyToPaint, dashboardCPU
    case floorSpawn, floorKill, floorFlush, floorPipe, floorResponse, floorResponseLatency, floorExchange

    var title: String {
        switch self {
        case .start: "start to first answer"
        case .idleMemory: "idle: memory (PSS)"
        case .idleAnonymousMemory: "idle: memory without program files"
        case .idleCPU: "idle: processor"
        case .create: "create, acknowledged"
        case .createEphemeral: "create, acknowledged, --ephemeral"
        case .createToRunning: "create to running"
        case .createToCompleted: "create to completed"
        case .trivial: "200 trivial tasks, 16 clients"
        case .allRunning: "200 long tasks, 16 clients: until all run"
        case .memoryPerTask: "200 long tasks: memory a task (PSS)"
        case .waitingCPU: "200 long tasks: processor"
        case .createBesideMany: "200 long tasks: create beside them"
        case .detail: "detail, asked of the worker"
        case .getOne: "GET one"
        case .getOneLatency: "GET one: time for an answer"
        case .list0: "list of 0 tasks"
        case .list0Latency: "list of 0 tasks: time for an answer"
        case .list100: "list of 100 tasks"
        case .list100Latency: "list of 100 tasks: time for an answer"
        case .list1000: "list of 1000 tasks"
        case .list1000Latency: "list of 1000 tasks: time for an answer"
        case .list10000: "list of 10 000 tasks"
        case .list10000Latency: "list of 10 000 tasks: time for an answer"
        case .progressing: "list of 200 progressing tasks, 200 items each, one client"
        case .progressingUpdates: "the same: updates shown"
        case .progressingSummary: "the same list with fields=summary"
        case .progressing1000: "list of 1000 progressing tasks, one client"
        case .progressing1000Updates: "the same: updates shown"
        case .pause: "pause, acknowledged"
        case .resume: "resume, acknowledged"
        case .terminate: "graceful end"
        case .kill: "forced end"
        case .spacedCreate: "one request every 50 ms: create"
        case .spacedCreateToCompleted: "one request every 50 ms: create to completed"
        case .spacedPause: "one request every 50 ms: pause"
        case .spacedKill: "one request every 50 ms: forced end"
        case .wakeUpsByCreate: "wake-ups by one create"
        case .wakeUpsByTrivial: "wake-ups by one trivial task"
        case .wakeUpsByPause: "wake-ups by one pause"
        case .wakeUpsByKill: "wake-ups by one forced end"
        case .computing: "cpu_intensive, 5 x 2 000 000"
        case .computingFour: "the same, four at once"
        case .command: "/bin/true as a command: created to completed"
        case .commandMany: "200 of them, 16 clients"
        case .commandMemory: "50 commands that sleep: memory for each, its own excluded (PSS)"
        case .commandOutput: "a command that writes 1 GB, of which the log keeps the end"
        case .commandOutputKept: "the same, all of it kept"
        case .keyToPaint: "dashboard, 1000 live tasks: key to paint"
        case .dashboardCPU: "dashboard, 1000 live tasks: processor"
        case .floorSpawn: "floor: start and reap /bin/true"
        case .floorKill: "floor: kill and reap /bin/sleep"
        case .floorFlush: "floor: 4 KiB written to the disk and flushed"
        case .floorPipe: "floor: a byte there and back by pipe"
        case .floorResponse: "floor: an empty answer of bare NIO"
        case .floorResponseLatency: "floor: the same, time for an answer"
        case .floorExchange: "floor: the same, asked by one client"
        }
    }

    var unit: String {
        switch self {
        case .idleMemory, .idleAnonymousMemory, .memoryPerTask, .commandMemory: "MiB"
        case .idleCPU, .waitingCPU, .dashboardCPU: "%"
        case .trivial: "tasks/s"
        case .commandMany: "commands/s"
        case .commandOutput, .commandOutputKept: "MB/s"
        case .getOne, .list0, .list100, .list1000, .list10000, .floorResponse: "requests/s"
        case .progressing, .progressingSummary, .progressing1000: "requests/s"
        case .progressingUpdates, .progressing1000Updates: "updates/s"
        case .wakeUpsByCreate, .wakeUpsByTrivial, .wakeUpsByPause, .wakeUpsByKill: "count"
        default: "ms"
        }
    }

    /// Whether higher values are better.
    var isRate: Bool { unit.hasSuffix("/s") }
}
