package import TaskControl
package import TaskModel

/// Something that happened, for ``DashboardModel/update(_:at:)`` to take in.
package enum DashboardEvent: Sendable {
    case input(TerminalInput)
    /// The last frame is on the screen, and what comes now may be an answer to it.
    case shown
    /// A second has passed.
    case ticked
    /// The API is open at this address, perhaps only to those who send its token.
    case listening(String, needsToken: Bool = false)
    case tasksChanged(TaskChanges)
    case logged([LogRecord])
    case usageRead([TaskID: WorkerUsage])
    /// An action has had its effect, or has not.
    case performed(ActionTicket, Result<TaskRecord, TaskError>)
    /// A priority is what it was to be, or is not.
    case prioritized(TaskID, Result<TaskRecord, TaskError>)
    /// A task is at an end of its priority, or is not.
    case moved(TaskID, QueueEnd, Result<TaskRecord, TaskError>)
    /// A text is in a file, with so many bytes, or is not, for a reason; the path is from the root on if it is.
    case saved(path: String, Result<Int, SaveError>)
    /// The queue is held or released, or is not.
    case queueChanged(Result<QueueStatus, TaskError>)
    case submitted(SubmissionOrigin, Result<TaskRecord, TaskError>)
    /// `nil` when there is no such task.
    case detailRead(TaskID, TaskDetail?)
    /// The service ends: somebody asked for it, here or by a signal.
    case shutdownBegun
}

/// What the dashboard wants done.
package enum DashboardCommand: Sendable {
    case perform(ActionTicket)
    case submit(TaskDraft, from: SubmissionOrigin)
    case setPriority(Int, of: TaskID)
    case move(TaskID, to: QueueEnd)
    /// Write a text to a new file; the answer is ``DashboardEvent/saved(path:_:)``, with the number of bytes.
    case save(SavedText, path: String)
    case holdQueue(Bool)
    case readDetail(TaskID)
    case readUsage
    /// End the service; asked a second time, at once.
    case quit
    /// End the service, since nobody sees it any more.
    case hangUp
    case terminal(TerminalCommand)
}

/// What only the terminal itself can do.
package enum TerminalCommand: Sendable, Hashable {
    /// Draw everything anew, whatever the terminal shows.
    case redraw
    /// Give the terminal back and stop the process until it is continued.
    case suspend
    case setMouse(Bool)
    /// Put a text into the clipboard of the terminal, by OSC 52, if it fits: ``Clipboard/fits(_:)``.
    case copy(String)
}

/// What the operator wants in a file.
package enum SavedText: Sendable, Hashable {
    case text(String)
    /// The result of a task, as JSON, or as it is if it is a text.
    case result(TaskID)
}

/// Why a text is not in a file: one sentence.
package struct SaveError: Error, Hashable {
    package let reason: String

    package init(reason: String) {
        self.reason = reason
    }
}

/// One action on one task, on its way.
package struct ActionTicket: Sendable, Hashable {
    /// Actions asked for with one key share a number.
    let batch: Int
    package let action: TaskAction
    package let id: TaskID
}

/// Where a new task was asked for.
package enum SubmissionOrigin: Sendable, Hashable {
    case form
    case copy(of: TaskID)
}
