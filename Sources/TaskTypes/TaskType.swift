package import JSON
package import TaskModel

/// A kind of task: its fields, and its work.
///
/// A new kind is one file that conforms to this protocol and one line in ``TaskTypeRegistry``.
package protocol TaskType: Sendable {
    /// The name in requests.
    static var name: String { get }

    /// What its tasks do, in one sentence.
    static var summary: String { get }

    /// Valid data whose work waits for nothing and ends at once; workers are warmed up with it.
    static var sample: JSONValue { get }

    /// Reads the fields from the data of a request, with defaults for missing ones.
    ///
    /// The reader records problems; if there are any, the value is not used.
    init(from fields: inout FieldReader)

    /// The number of units of work: the total of the progress.
    var units: Int { get }

    /// A short summary of the data that distinguishes tasks of the same kind.
    ///
    /// At most ``TaskRecord/titleLimit`` code points, without control characters.
    var title: String { get }

    /// Does the work on the calling thread and returns its result.
    ///
    /// The work must pass a checkpoint at least every 10 ms of computing time. The worker answers no request before the
    /// first one.
    ///
    /// - Throws: ``WorkError/stopped`` as the context throws it; ``WorkError/failed(_:)`` when the work fails.
    func run(in context: some WorkContext) throws(WorkError) -> JSONValue
}

/// The interface between work and the worker that runs it.
package protocol WorkContext {
    /// Returns immediately or, while the task is paused, once it is resumed.
    ///
    /// - Throws: ``WorkError/stopped`` once the task was requested to stop.
    func checkpoint() throws(WorkError)

    /// Waits; time spent paused does not count.
    ///
    /// - Throws: ``WorkError/stopped`` once the task is requested to stop.
    func wait(seconds: Double) throws(WorkError)

    /// Reports the progress. Cheap: the worker limits the rate of updates.
    func report(_ progress: TaskProgress)
}
