package import TaskControl
package import TaskModel

/// The main loop of the dashboard's thread: waits, updates the model, draws.
///
/// It draws only after a change, at most once per ``frameInterval``. Without events it wakes up once a second, for the
/// clock.
package struct DashboardLoop<Terminal: TerminalDevice> {
    /// The minimum time between two frames: 30 frames a second.
    static var frameInterval: Duration { .milliseconds(33) }
    /// The time without input after which a question on the screen can be answered: a terminal delivers input typed
    /// ahead in pieces, and it was meant for the screen before.
    static var quietInterval: Duration { .milliseconds(50) }

    private let terminal: Terminal
    private let inbox: DashboardInbox
    private let clock: ServiceClock
    private let commands: AsyncStream<DashboardCommand>.Continuation
    private var model: DashboardModel

    private var isDirty = true
    /// The deadlines of the next frame and the next tick, in uptime.
    private var frameDue = Duration.zero
    private var tickDue: Duration
    /// The end of the quiet interval; `nil` if no question is waiting for it.
    private var quietDue: Duration?

    /// - Parameters:
    ///   - offeredType: The task type that the form begins with; `nil` for the first one.
    ///   - isAttached: Whether the service is in another process.
    ///   - commands: Receives the commands that the terminal itself cannot perform.
    package init(
        terminal: Terminal, inbox: DashboardInbox, taskTypes: [TaskTypeDescription], offeredType: String? = nil,
        localTime: LocalTime = .utc,
        retention: TaskRetention = .onDisk(requeues: false), isAttached: Bool = false, clock: ServiceClock,
        commands: AsyncStream<DashboardCommand>.Continuation
    ) {
        self.terminal = terminal
        self.inbox = inbox
        self.clock = clock
        self.commands = commands
        model = DashboardModel(
            size: terminal.size, taskTypes: taskTypes, offeredType: offeredType, capabilities: terminal.capabilities,
            localTime: localTime, retention: retention, isAttached: isAttached, now: clock.now)
        tickDue = clock.now.uptime + .seconds(1)
    }

    /// Runs until the inbox is closed or the terminal has hung up; blocks the thread.
    package consuming func run() {
        // No caller of ``DashboardInbox/deliver(_:)`` must wait after the end.
        defer { inbox.close() }
        while !inbox.isClosed {
            let inputs = terminal.wait(for: max(.zero, nextDue - clock.now.uptime))
            apply(inputs)
            if inputs.contains(.hungUp) { return }
            let now = clock.now.uptime
            if !inputs.isEmpty {
                isDirty = true
                quietDue = nil
            }
            endQuietInterval(at: now)
            tick(at: now)
            drawFrame(at: now)
        }
    }

    /// The earliest of the deadlines, in uptime.
    private var nextDue: Duration {
        [isDirty || !inbox.isEmpty ? frameDue : nil, quietDue].compactMap { $0 }.reduce(tickDue, min)
    }

    /// Opens the question on the screen for answers, unless input arrived during the quiet interval.
    private mutating func endQuietInterval(at now: Duration) {
        guard let due = quietDue, now >= due else { return }
        quietDue = nil
        isDirty = true
        // Unknown sequences are no inputs, but they are not silence either.
        if model.hasUnshownQuestion, !terminal.discardInput() { update(.shown) }
    }

    private mutating func tick(at now: Duration) {
        guard now >= tickDue else { return }
        update(.ticked)
        isDirty = true
        // Ticks missed while the process was stopped are skipped.
        tickDue = max(tickDue + .seconds(1), now)
    }

    private mutating func drawFrame(at now: Duration) {
        guard now >= frameDue else { return }
        for event in inbox.drain() {
            update(event)
            isDirty = true
        }
        guard isDirty else { return }
        terminal.show(model.frame)
        frameDue = now + Self.frameInterval
        isDirty = false
        if model.hasUnshownQuestion, quietDue == nil { quietDue = clock.now.uptime + Self.quietInterval }
    }

    private mutating func apply(_ inputs: [TerminalInput]) {
        var rest = inputs[...]
        while let input = rest.popFirst() {
            guard case .key(.character(let first)) = input, model.isEditingText else {
                update(.input(input))
                continue
            }
            // A terminal without bracketed paste sends pasted text as keys: one edit for all of them, since an edit
            // takes time proportional to the text.
            var text = String.UnicodeScalarView([first])
            while case .key(.character(let next))? = rest.first {
                text.append(next)
                rest.removeFirst()
            }
            update(.input(text.count == 1 ? input : .paste(String(text))))
        }
    }

    private mutating func update(_ event: DashboardEvent) {
        for command in model.update(event, at: clock.now) {
            guard case .terminal(let terminalCommand) = command else {
                commands.yield(command)
                continue
            }
            terminal.perform(terminalCommand)
            if terminalCommand == .suspend {
                update(.input(.resized(terminal.size)))
                update(.input(.resumed))
            }
        }
    }
}
