package import JSON
package import TaskModel

/// A validated draft.
package struct CheckedTask: Sendable {
    /// The name of its kind.
    package let type: String
    /// The name that the client chose; `nil` if it chose none.
    package let name: String?
    /// See ``TaskRecord/title``.
    package let title: String
    /// The data as received, without defaults; values of environment variables are `null`.
    package let data: JSONValue
    /// The options for the queue.
    package let options: TaskOptions
    /// What a worker does.
    package let work: CheckedWork

    /// The program that a worker runs; `nil` for work in Swift.
    package var program: Program? {
        if case .program(let program) = work { program } else { nil }
    }
}

/// What a worker does for a task.
package enum CheckedWork: Sendable {
    /// Work in Swift.
    case work(any TaskType)
    /// A program to run.
    case program(Program)

    /// The total of the progress before any is reported.
    package var units: Int {
        switch self {
        case .work(let work): work.units
        case .program: 1
        }
    }
}
