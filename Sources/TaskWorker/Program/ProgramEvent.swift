package import Processes
package import TaskModel

/// What happens to a program, in this order.
package enum ProgramEvent: Sendable {
    /// There is a process, which has become the program unless the next event is a failure.
    case started(ProgramLeader)
    /// The program does not run; the last event.
    case failed(ProgramError)
    /// The program runs for more than a moment; may also come after a stop.
    case lasts
    /// The leader was stopped by a signal that did not come from here.
    case stopped
    /// The leader continues after that; or, while the program is paused, by a signal that did not come from here.
    case continued
    /// What there is of the program has been asked to end; may also come before ``lasts``, and more than once.
    case ending
    /// The leader and all that it has started has ended, as far as that can be brought about; the last event.
    case ended(ProgramExit)
}

/// The first process of a program.
package struct ProgramLeader: Sendable, Hashable {
    package let pid: Int32
    /// Clock ticks from the start of the system; with the pid it identifies the process.
    package let startTime: UInt64
    /// The session in which all is that the program starts, unless it begins another one.
    package var session: Int32 { pid }
}

/// The end of a program.
package struct ProgramExit: Sendable {
    /// The end of the leader; `nil` when it could not be killed.
    package let end: ProgramEnd?
    /// The number of processes that the leader had left running, and that have been ended.
    package let leftBehind: Int
    /// The processes that could not be killed.
    package let remaining: [ProcessEntry]
}
