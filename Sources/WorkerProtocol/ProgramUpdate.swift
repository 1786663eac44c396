import JSON
package import TaskModel

/// What a worker reports of the program that it runs, before the outcome.
package enum ProgramUpdate: Sendable, Hashable {
    /// The process is there that becomes the program; it waits until this has been written.
    case started(ProgramProcess)
    /// At most once a second, and before the outcome.
    case output(ProgramOutput)
    /// A signal that the worker has not sent has stopped the program's first process.
    case stopped
    case continued
    /// All of the program has ended, as far as that can be brought about.
    case ended(ProgramSummary)
}

/// The first process of a program.
package struct ProgramProcess: Sendable, Hashable {
    package let pid: Int32
    /// Clock ticks from the start of the system: `starttime` in proc(5).
    ///
    /// With the pid it identifies the process.
    package let startTime: Int
    /// The session in which all is that the program starts, unless it begins another one.
    package let session: Int32

    package init(pid: Int32, startTime: Int, session: Int32) {
        self.pid = pid
        self.startTime = startTime
        self.session = session
    }
}

/// What there is to say of a program at its end.
package struct ProgramSummary: Sendable, Hashable {
    /// The end of the first process; `nil` when it could not be killed.
    package let end: ProgramEnd?
    /// The last line of output that is not blank, safe to show.
    package let lastLine: String?
    /// The number of processes that the first one had left running, and that have been ended.
    package let leftBehind: Int
    /// The pids of processes that could not be killed.
    package let remaining: [Int32]

    package init(end: ProgramEnd?, lastLine: String?, leftBehind: Int, remaining: [Int32] = []) {
        self.end = end
        self.lastLine = lastLine
        self.leftBehind = leftBehind
        self.remaining = remaining
    }
}

extension ProgramUpdate {
    enum Event: String, JSONReadable {
        case started = "program_started"
        case output = "program_output"
        case stopped = "program_stopped"
        case continued = "program_continued"
        case ended = "program_ended"
    }

    init(_ event: Event, _ members: JSONMembers) throws(JSONShapeError) {
        switch event {
        case .started:
            self = .started(
                ProgramProcess(
                    pid: try members.value("pid"), startTime: try members.value("start_time"),
                    session: try members.value("session")))
        case .output: self = .output(try members.value("output"))
        case .stopped: self = .stopped
        case .continued: self = .continued
        case .ended:
            self = .ended(
                ProgramSummary(
                    end: try members.optional("end"), lastLine: try members.optional("last_line"),
                    leftBehind: try members.value("left_behind"), remaining: try members.value("remaining")))
        }
    }

    func writeMembers(to json: inout JSONWriter) {
        switch self {
        case .started(let process):
            json.member("event", Event.started.rawValue)
            json.member("pid", process.pid)
            json.member("session", process.session)
            json.member("start_time", process.startTime)
        case .output(let output):
            json.member("event", Event.output.rawValue)
            json.member("output", output)
        case .stopped: json.member("event", Event.stopped.rawValue)
        case .continued: json.member("event", Event.continued.rawValue)
        case .ended(let summary):
            json.member("end", summary.end)
            json.member("event", Event.ended.rawValue)
            json.member("last_line", summary.lastLine)
            json.member("left_behind", summary.leftBehind)
            json.member("remaining", summary.remaining)
        }
    }
}
