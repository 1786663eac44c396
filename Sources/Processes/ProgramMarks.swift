import CLinux
import Glibc

/// The variables in the environment of a program that identify its processes, wherever they are.
package struct ProgramMarks: Sendable, Hashable {
    /// The name of the variable with the instance.
    package static let instanceName = "TASKDECK_MARK"
    /// The name of the variable with the task.
    package static let taskName = "TASKDECK_TASK_ID"

    /// A text that only programs of one service have.
    package let instance: String

    package init(instance: String) {
        self.instance = instance
    }

    /// The task that a process has in its environment, as it was when its program began.
    ///
    /// - Returns: `nil` for a process without one, of another instance, or whose environment cannot be read.
    package func task(of process: ProcessEntry) -> String? {
        if let environment = ProcessTree.read("environ", of: process.pid), !environment.isEmpty {
            return task(in: environment)
        }
        // The first thread has none any more when it has ended before the others.
        guard process.threads > 1 else { return nil }
        for thread in ProcessTree.threads(of: process.pid) {
            guard let environment = ProcessTree.read("task/\(thread)/environ", of: process.pid), !environment.isEmpty
            else { continue }
            return task(in: environment)
        }
        return nil
    }

    /// - Parameter environment: `NAME=VALUE`, each with a zero byte after it.
    package func task(in environment: ArraySlice<UInt8>) -> String? {
        let (instance, name) = (Array("\(Self.instanceName)=\(instance)".utf8), Array("\(Self.taskName)=".utf8))
        var isOurs = false
        var task: String?
        for variable in environment.split(separator: 0) {
            if variable.elementsEqual(instance) {
                isOurs = true
            } else if task == nil, variable.starts(with: name) {
                task = String(decoding: variable.dropFirst(name.count), as: UTF8.self)
            }
        }
        return isOurs ? task : nil
    }
}

/// A process, to be recognized after its end.
package struct ProcessIdentity: Sendable, Hashable {
    package let pid: Int32
    /// Clock ticks from the start of the system; see ``ProcessEntry/startTime``.
    package let startTime: UInt64

    package init(pid: Int32, startTime: UInt64) {
        self.pid = pid
        self.startTime = startTime
    }

    /// Whether a process is this one, and no later one with its pid.
    package func matches(_ entry: ProcessEntry) -> Bool { entry.pid == pid && entry.startTime == startTime }
}
