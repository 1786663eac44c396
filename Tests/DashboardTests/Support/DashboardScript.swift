import TaskModel
import TaskTypes

@testable import Dashboard

/// A dashboard without terminal and service, with a clock that a test advances.
struct DashboardScript {
    /// 2026-11-24T07:00:00Z.
    static let start = Timestamp(milliseconds: 1_795_503_600_000)

    private(set) var model: DashboardModel
    private(set) var now: Duration
    /// The commands since this was last cleared.
    var commands: [DashboardCommand] = []

    init(
        _ size: Size = Size(width: 120, height: 30), capabilities: Capabilities = Capabilities(),
        retention: TaskRetention = .onDisk(requeues: false),
        taskTypes: [TaskTypeDescription] = TaskTypeRegistry.builtIn.descriptions, isAttached: Bool = false
    ) {
        now = .seconds(754)
        model = DashboardModel(
            size: size, taskTypes: taskTypes, capabilities: capabilities,
            retention: retention, isAttached: isAttached, now: Self.moment(at: now))
        send(.listening("http://127.0.0.1:8000"))
    }

    var screen: String { model.frame.text }
    var lines: [String] { screen.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }
    var message: String? { model.message?.text }
    var selection: TaskID? { model.tasks.selection }

    private static func moment(at uptime: Duration) -> Moment {
        Moment(wall: Timestamp(milliseconds: start.milliseconds + Int64(uptime.wholeMilliseconds)), uptime: uptime)
    }

    /// Whether each event is followed by a frame, as if events arrived one by one.
    var showsFrames = true

    mutating func send(_ event: DashboardEvent) {
        commands += model.update(event, at: Self.moment(at: now))
        if showsFrames { commands += model.update(.shown, at: Self.moment(at: now)) }
    }

    /// Advances the clock without a tick.
    mutating func advance(by duration: Duration) {
        now += duration
    }

    /// Advances the clock by seconds, with a tick each.
    mutating func pass(seconds: Int) {
        for _ in 0..<seconds {
            now += .seconds(1)
            send(.ticked)
        }
    }

    /// Advances the clock by seconds with a single tick, as if the process had been stopped.
    mutating func pass(tickAfter seconds: Int) {
        now += .seconds(seconds)
        send(.ticked)
    }

    /// Types characters, one key each.
    mutating func type(_ text: String) {
        for scalar in text.unicodeScalars { press(.character(scalar)) }
    }

    mutating func press(_ keys: Key...) {
        for key in keys { send(.input(.key(key))) }
    }

    /// Opens the form filled in from a task.
    mutating func duplicate(_ record: TaskRecord) {
        commands += model.openForm(duplicating: record)
    }

    mutating func click(_ x: Int, _ y: Int) {
        send(.input(.mouse(MouseEvent(.press, at: Position(x: x, y: y)))))
    }

    /// Clicks the first occurrence of a text.
    mutating func click(on text: String) {
        for (y, line) in lines.enumerated() {
            guard let range = line.firstRange(of: text) else { continue }
            return click(CellText(line[..<range.lowerBound], isUnicode: true).width, y)
        }
    }

    mutating func resize(_ width: Int, _ height: Int) {
        send(.input(.resized(Size(width: width, height: height))))
    }

    /// Presses keys: `
    /// ` is Enter, `⎋` Escape, `⇥` Tab, `③` F3.
    mutating func keys(_ text: String) {
        for character in text {
            switch character {
            case "⏎": press(.enter)
            case "⎋": press(.escape)
            case "⇥": press(.tab)
            case "③": press(.function(3))
            default: type(String(character))
            }
        }
    }
}
