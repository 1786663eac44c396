import JSON
package import TaskModel

/// The lookup of programs and directories on the machine that runs tasks.
///
/// It belongs to the service: this room opens no files.
package protocol ProgramCheck: Sendable {
    /// Returns the reasons why a program cannot be started now; none if it probably can.
    func problems(of program: Program) -> [ProgramProblem]
}

/// A reason why a program cannot be started.
package struct ProgramProblem: Sendable, Hashable {
    /// The part of the program that is the reason.
    package enum Part: Sendable, Hashable {
        /// The file of the first argument.
        case file
        /// The working directory.
        case directory
    }

    package let part: Part
    /// The whole reason: `cannot run 'x': no such file`.
    package let reason: String

    package init(_ part: Part, _ reason: String) {
        self.part = part
        self.reason = reason
    }
}

extension ProgramProblem {
    /// The problem of a request for a task of type `command`.
    var ofCommand: FieldProblem {
        FieldProblem(
            field: part == .file ? "task_data.command" : "task_data.cwd", code: "cannot_run",
            message: "is wrong: \(reason)")
    }

    /// The problem of a request for a task of a declared type, which names its program.
    var ofDeclaredType: FieldProblem {
        FieldProblem(field: "task_type", code: "cannot_run", message: "cannot be used now: \(reason)")
    }
}
