package import JSON
package import TaskModel

/// A message from a worker to its supervisor: one JSON object a line on its standard output.
///
/// `hello` comes first, then any number of `progress`, `paused` and `resumed`, and at last an outcome,
/// after which the worker exits.
package enum WorkerUpdate: Sendable, Hashable {
    /// The worker's HTTP server is open and the work begins.
    case hello(WorkerAddress)
    case progress(TaskProgress)
    /// The work is paused at a checkpoint.
    case paused
    case resumed
    case program(ProgramUpdate)
    case outcome(WorkOutcome)
}

/// The address of a worker's HTTP server.
///
/// The only information about the host on which the worker runs.
package struct WorkerAddress: Sendable, Hashable {
    /// An address that the supervisor can reach.
    package let host: String
    /// 1…65535.
    package let port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }
}

/// The end of the work, as the worker reports it.
package enum WorkOutcome: Sendable, Hashable {
    case completed(JSONText)
    case failed(String)
    /// Stopped at a checkpoint because it was asked to.
    case stopped
    /// Stopped at a checkpoint because of a signal.
    case signaled(StopSignal)
    /// Not begun, or to be begun anew: the system is out of a resource that the worker needs.
    case resourcesExhausted(String)
}

/// A signal that asks a program to end.
package enum StopSignal: String, Sendable, Hashable, JSONReadable, JSONWritable {
    case terminate = "SIGTERM"
    case interrupt = "SIGINT"
    case hangUp = "SIGHUP"
}

extension WorkerUpdate: JSONObjectReadable {
    private enum Event: String, JSONReadable {
        case hello, progress, paused, resumed, completed, failed, stopped
        case resourcesExhausted = "no_room"
    }

    package static var textMembers: [JSONName] { ["result"] }

    package init(members: JSONMembers) throws(JSONShapeError) {
        let name: String = try members.value("event")
        if let event = ProgramUpdate.Event(rawValue: name) {
            self = .program(try ProgramUpdate(event, members))
            return
        }
        let event: Event = try members.value("event")
        switch event {
        case .hello:
            self = .hello(WorkerAddress(host: try members.value("host"), port: try members.value("port")))
        case .progress: self = .progress(try TaskProgress(members: members))
        case .paused: self = .paused
        case .resumed: self = .resumed
        case .completed: self = .outcome(.completed(try members.text("result")))
        case .failed: self = .outcome(.failed(try members.value("error")))
        case .stopped:
            let signal: StopSignal? = try members.optional("signal")
            self = .outcome(signal.map(WorkOutcome.signaled) ?? .stopped)
        case .resourcesExhausted: self = .outcome(.resourcesExhausted(try members.value("error")))
        }
    }
}

extension WorkerUpdate: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            switch self {
            case .hello(let address):
                json.member("event", Event.hello.rawValue)
                json.member("host", address.host)
                json.member("port", address.port)
            case .progress(let progress):
                json.member("event", Event.progress.rawValue)
                progress.writeMembers(to: &json)
            case .paused: json.member("event", Event.paused.rawValue)
            case .resumed: json.member("event", Event.resumed.rawValue)
            case .program(let update): update.writeMembers(to: &json)
            case .outcome(.completed(let result)):
                json.member("event", Event.completed.rawValue)
                json.member("result", result)
            case .outcome(.failed(let error)):
                json.member("error", error)
                json.member("event", Event.failed.rawValue)
            case .outcome(.stopped): json.member("event", Event.stopped.rawValue)
            case .outcome(.signaled(let signal)):
                json.member("event", Event.stopped.rawValue)
                json.member("signal", signal)
            case .outcome(.resourcesExhausted(let reason)):
                json.member("error", reason)
                json.member("event", Event.resourcesExhausted.rawValue)
            }
        }
    }
}
