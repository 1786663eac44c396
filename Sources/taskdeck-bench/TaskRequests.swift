import Glibc
import JSON

// What a client of the API does.
extension HTTPConnection {
    /// Milliseconds are over before anything happens.
    static let trivialTask = #"{"items":[],"delay":0}"#
    /// Waits, and takes no processor.
    static let longTask = #"{"items":[1],"delay":10000}"#
    /// Ten million square roots.
    static let heavyTask = #"{"complexity":2000000,"batches":5}"#
    private static let heavySum = 9_428_086_879.2475

    private static let patience = Duration.seconds(120)
    private static let ended: Set<String> = ["completed", "failed", "terminated", "killed"]

    /// Creates a task and returns its id.
    ///
    /// - Throws: ``Failure``.
    func create(_ type: String, _ data: String) throws(Failure) -> String {
        let answer = try send("POST", "/tasks", #"{"task_type":"\#(type)","task_data":\#(data)}"#)
        guard answer.status == 201, case .string(let id)? = Self.members(of: answer)["task_id"] else {
            let text = String(decoding: answer.body, as: UTF8.self)
            throw Failure(description: "a task was not created: \(answer.status) \(text.prefix(200))")
        }
        return id
    }

    func createTrivial() throws(Failure) -> String { try create("process_data", Self.trivialTask) }
    func createLong() throws(Failure) -> String { try create("process_data", Self.longTask) }

    /// Asks until a task has a state.
    ///
    /// - Parameter pause: microseconds between an answer and the next request.
    /// - Throws: ``Failure`` when it has ended otherwise, or has not come to it in two minutes.
    func wait(for id: String, toBe wanted: String, every pause: UInt32 = 50) throws(Failure) {
        let clock = ContinuousClock()
        let limit = clock.now + Self.patience
        while true {
            let state = try status(of: id)
            if state == wanted { return }
            guard !Self.ended.contains(state), clock.now < limit else {
                throw Failure(description: "a task was to be \(wanted), and is \(state)")
            }
            usleep(pause)
        }
    }

    /// Milliseconds until a new task is acknowledged.
    ///
    /// What is being started is then waited for and ended, so as not to disturb the next one.
    func timeToCreate() throws(Failure) -> Double {
        var id = ""
        let time = try milliseconds { () throws(Failure) in id = try createLong() }
        try wait(for: id, toBe: "running")
        try end(id)
        return time
    }

    private func status(of id: String) throws(Failure) -> String {
        guard case .string(let status)? = Self.members(of: try send("GET", "/tasks/\(id)"))["status"] else {
            throw Failure(description: "a task has no status")
        }
        return status
    }

    /// - Throws: ``Failure`` when the action is refused.
    func control(_ id: String, _ action: String) throws(Failure) {
        let answer = try send("POST", "/tasks/\(id)/control", #"{"action":"\#(action)"}"#)
        guard answer.status == 200 else { throw Failure(description: "\(action) was answered with \(answer.status)") }
    }

    /// Ends a task, by force or by asking, and returns when that is done.
    func end(_ id: String, gracefully: Bool = false) throws(Failure) {
        let answer = try send("DELETE", "/tasks/\(id)" + (gracefully ? "?use_http=true" : ""))
        guard answer.status == 200 else { throw Failure(description: "an end was answered with \(answer.status)") }
    }

    /// - Throws: ``Failure`` when a heavy task has another sum than it should.
    func expectSum(of id: String) throws(Failure) {
        let sum: Double? =
            switch Self.members(of: try send("GET", "/tasks/\(id)"))["result"]?.members?["sum"] {
            case .number(let value): value
            case .integer(let value): Double(value)
            default: nil
            }
        guard let sum, abs(sum / Self.heavySum - 1) < 1e-9 else {
            throw Failure(description: "the sum is \(sum.map { "\($0)" } ?? "missing"), not \(Self.heavySum)")
        }
    }

    private static func members(of answer: Answer) -> [JSONName: JSONValue] {
        (try? JSONCoding.decode(JSONValue.self, from: answer.body))?.members ?? [:]
    }
}
