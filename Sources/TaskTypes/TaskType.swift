package import JSON
package import TaskModel

/// A kind of task: what it takes, and the work it does.
///
/// A new kind is one file that conforms to this protocol and one line in ``TaskTypeRegistry``.
package protocol TaskType: Sendable {
    /// The name that clients use.
    static var name: String { get }

    /// Takes its fields from the client's data, with defaults for those that are not there.
    ///
    /// What is wrong with a field the reader notes; the value made then is never used.
    init(from fields: inout FieldReader)

    /// How many units the work has: the total of its progress.
    var units: Int { get }

    /// What tells it apart from others of its kind, in a few words on its data: at most ``TaskRecord/titleLimit`` code
    /// points, without control characters.
    var title: String { get }

    /// Does the work on the calling thread and returns its result.
    ///
    /// Must pass a checkpoint at least every 10 ms of computing: until the first the worker answers nobody. Everything
    /// else, pausing included, is the context's business.
    ///
    /// - Throws: ``WorkError/stopped`` as the context throws it; ``WorkError/failed(_:)`` when the work fails.
    func run(in context: some WorkContext) throws(WorkError) -> JSONValue
}

/// What work may ask of the worker around it.
package protocol WorkContext {
    /// Returns at once, or, while the task is paused, when it is resumed.
    ///
    /// - Throws: ``WorkError/stopped`` once the task has been asked to stop.
    func checkpoint() throws(WorkError)

    /// Waits; paused time does not count.
    ///
    /// - Throws: ``WorkError/stopped`` as soon as the task is asked to stop.
    func wait(seconds: Double) throws(WorkError)

    /// Tells how far the work is. Cheap: the worker decides how much of it travels on.
    func report(_ progress: TaskProgress)
}
