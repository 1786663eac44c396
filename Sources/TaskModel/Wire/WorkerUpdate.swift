/// What a worker tells its supervisor: one JSON object a line on its standard output.
///
/// `hello` comes first, then any number of `progress`, `paused` and `resumed`, and at last one of
/// the three outcomes, after which the worker exits.
package enum WorkerUpdate: Sendable, Hashable {
    /// The worker's HTTP server is open and the work begins.
    case hello(WorkerAddress)
    case progress(TaskProgress)
    /// The work stands still at a checkpoint.
    case paused
    case resumed
    case outcome(WorkOutcome)
}

/// Where a worker is to be found.
///
/// Nothing else says on which host it runs.
package struct WorkerAddress: Sendable, Hashable, Codable {
    /// An address that the supervisor can reach.
    package let host: String
    /// 1…65535.
    package let port: Int
    /// As the worker's own host counts it.
    package let pid: Int32

    package init(host: String, port: Int, pid: Int32) {
        self.host = host
        self.port = port
        self.pid = pid
    }
}

/// How the work itself ended, as the worker reports it.
package enum WorkOutcome: Sendable, Hashable {
    case completed(JSONValue)
    case failed(String)
    /// Stopped at a checkpoint because it was asked to.
    case stopped
}

extension WorkerUpdate: Codable {
    private enum Event: String, Codable {
        case hello, progress, paused, resumed, completed, failed, stopped
    }

    private enum CodingKeys: String, CodingKey {
        case event, result, error
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch try container.decode(Event.self, forKey: .event) {
        case .hello: self = .hello(try WorkerAddress(from: decoder))
        case .progress: self = .progress(try TaskProgress(from: decoder))
        case .paused: self = .paused
        case .resumed: self = .resumed
        case .completed: self = .outcome(.completed(try container.decode(JSONValue.self, forKey: .result)))
        case .failed: self = .outcome(.failed(try container.decode(String.self, forKey: .error)))
        case .stopped: self = .outcome(.stopped)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .hello(let address):
            try container.encode(Event.hello, forKey: .event)
            try address.encode(to: encoder)
        case .progress(let progress):
            try container.encode(Event.progress, forKey: .event)
            try progress.encode(to: encoder)
        case .paused:
            try container.encode(Event.paused, forKey: .event)
        case .resumed:
            try container.encode(Event.resumed, forKey: .event)
        case .outcome(.completed(let result)):
            try container.encode(Event.completed, forKey: .event)
            try container.encode(result, forKey: .result)
        case .outcome(.failed(let error)):
            try container.encode(Event.failed, forKey: .event)
            try container.encode(error, forKey: .error)
        case .outcome(.stopped):
            try container.encode(Event.stopped, forKey: .event)
        }
    }
}
