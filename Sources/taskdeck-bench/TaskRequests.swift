import Glibc
import JSON

// The requests of an API client.
extension HTTPConnection {
    /// Completes at once.
    static let trivialTask = #"{"items":[],"delay":0}"#
    /// Sleeps for hours.
    static let longTask = #"{"items":[1],"delay":10000}"#
    /// Ten million square roots.
    static let heavyTask = #"{"complexity":2000000,"batches":5}"#
    /// The `task_data` of a task that reports each of its items, one every `delay` seconds.
    static func progressingTask(items: some Sequence<Int>, delay: Double) -> String {
        "{\"items\":[\(items.map { "\($0)" }.joined(separator: ","))],\"delay\":\(delay)}"
    }
    private static let heavySum = 9_428_086_879.2475

    private static let timeout = Duration.seconds(120)
    private static let ended: Set<String> = ["completed", "failed", "terminated", "killed"]

    /// Creates a task and returns its id.
    ///
    /// - Throws: ``BenchmarkError``.
    func create(_ type: String, _ data: String) throws(BenchmarkError) -> String {
        let response = try send("POST", "/tasks", #"{"task_type":"\#(type)","task_data":\#(data)}"#)
        guard response.status == 201, case .string(let id)? = Self.members(of: response)["task_id"] else {
            let text = String(decoding: response.body, as: UTF8.self)
            throw BenchmarkError(description: "POST /tasks returned \(response.status) \(text.prefix(200))")
        }
        return id
    }

    func createTrivial() throws(BenchmarkError) -> String { try create("process_data", Self.trivialTask) }
    func createLong() throws(BenchmarkError) -> String { try create("process_data", Self.longTask) }

    /// Polls a task until it has a status.
    ///
    /// - Parameter interval: Microseconds between a response and the next request.
    /// - Throws: ``BenchmarkError`` when the task ends with another status, or after two minutes.
    func wait(for id: String, toBe expected: String, every interval: UInt32 = 50) throws(BenchmarkError) {
        let clock = ContinuousClock()
        let limit = clock.now + Self.timeout
        while true {
            let state = try status(of: id)
            if state == expected { return }
            guard !Self.ended.contains(state), clock.now < limit else {
                throw BenchmarkError(description: "a task is \(state), expected \(expected)")
            }
            usleep(interval)
        }
    }

    /// Reads the output of a task until its end.
    ///
    /// - Throws: ``BenchmarkError``.
    func followLog(of id: String) throws(BenchmarkError) {
        let response = try send("GET", "/tasks/\(id)/log?follow=true")
        guard response.status == 200 else { throw BenchmarkError(description: "GET log returned \(response.status)") }
    }

    /// Returns the milliseconds until the creation of a task is acknowledged.
    ///
    /// Then waits until the task runs and ends it, so that its start does not overlap with the next request.
    func timeToCreate() throws(BenchmarkError) -> Double {
        var id = ""
        let time = try milliseconds { () throws(BenchmarkError) in id = try createLong() }
        try wait(for: id, toBe: "running")
        try end(id)
        return time
    }

    private func status(of id: String) throws(BenchmarkError) -> String {
        guard case .string(let status)? = Self.members(of: try send("GET", "/tasks/\(id)"))["status"] else {
            throw BenchmarkError(description: "the record has no status")
        }
        return status
    }

    /// Sends a control request.
    ///
    /// - Throws: ``BenchmarkError`` when it is refused.
    func control(_ id: String, _ action: String) throws(BenchmarkError) {
        let response = try send("POST", "/tasks/\(id)/control", #"{"action":"\#(action)"}"#)
        guard response.status == 200 else { throw BenchmarkError(description: "\(action) returned \(response.status)") }
    }

    /// Ends a task, by force or gracefully, and returns once it has ended.
    func end(_ id: String, gracefully: Bool = false) throws(BenchmarkError) {
        let response = try send("DELETE", "/tasks/\(id)" + (gracefully ? "?use_http=true" : ""))
        guard response.status == 200 else { throw BenchmarkError(description: "DELETE returned \(response.status)") }
    }

    /// - Throws: ``BenchmarkError`` when a heavy task has computed a wrong sum.
    func expectSum(of id: String) throws(BenchmarkError) {
        let sum = Self.members(of: try send("GET", "/tasks/\(id)"))["result"]?.members?["sum"]?.double
        guard let sum, abs(sum / Self.heavySum - 1) < 1e-9 else {
            throw BenchmarkError(description: "the sum is \(sum.map { "\($0)" } ?? "missing"), not \(Self.heavySum)")
        }
    }

    /// Reads the progress of all tasks from the list.
    ///
    /// - Throws: ``BenchmarkError``.
    func listedProgress() throws(BenchmarkError) -> ListedProgress {
        try ListedProgress(body: try send("GET", "/tasks").body)
    }

    private static func members(of response: HTTPResponse) -> [JSONName: JSONValue] {
        (try? JSONCoding.decode(JSONValue.self, from: response.body))?.members ?? [:]
    }
}
