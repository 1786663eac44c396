/// A row of the table, in its order.
enum Metric: String, CaseIterable, Sendable {
    case start, idleMemory, idleCPU
    case create, createEphemeral, createToRunning, createToCompleted, trivial
    case allRunning, memoryPerTask, waitingCPU, createBesideMany
    case detail, getOne, getOneLatency
    case list0, list0Latency, list100, list100Latency, list1000, list1000Latency, list10000, list10000Latency
    case pause, resume, terminate, kill
    case computing, computingFour
    case keyToPaint, dashboardCPU
    case floorSpawn, floorKill, floorFlush, floorPipe, floorResponse, floorResponseLatency, floorExchange

    var title: String {
        switch self {
        case .start: "start to first answer"
        case .idleMemory: "idle: memory (PSS)"
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
        case .pause: "pause, acknowledged"
        case .resume: "resume, acknowledged"
        case .terminate: "graceful end"
        case .kill: "forced end"
        case .computing: "cpu_intensive, 5 x 2 000 000"
        case .computingFour: "the same, four at once"
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
        case .idleMemory, .memoryPerTask: "MiB"
        case .idleCPU, .waitingCPU, .dashboardCPU: "%"
        case .trivial: "tasks/s"
        case .getOne, .list0, .list100, .list1000, .list10000, .floorResponse: "requests/s"
        default: "ms"
        }
    }

    /// Whether higher values are better.
    var isRate: Bool { unit.hasSuffix("/s") }
}
