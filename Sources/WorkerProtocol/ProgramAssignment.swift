package import JSON
package import TaskModel

/// A program that a worker is to run, and where its output goes.
package struct ProgramAssignment: Sendable, Hashable {
    package let program: Program
    /// 1 for the first.
    package let attempt: Int
    /// The path of the log.
    package let logPath: String
    /// The most bytes of the log.
    package let logLimit: Int
    /// A variable of the program's environment that no process outside this state directory has.
    package let mark: String

    package init(program: Program, attempt: Int, logPath: String, logLimit: Int, mark: String) {
        self.program = program
        self.attempt = attempt
        self.logPath = logPath
        self.logLimit = logLimit
        self.mark = mark
    }
}

extension ProgramAssignment: JSONReadable, JSONWritable {
    package init(json: JSONValue) throws(JSONShapeError) {
        let members = try JSONMembers(json)
        self.init(
            program: try Program(members: try JSONMembers(try members.value("program"))),
            attempt: try members.value("attempt"),
            logPath: try members.value("log_path"), logLimit: try members.value("log_limit"),
            mark: try members.value("mark"))
    }

    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("attempt", attempt)
            json.member("log_limit", logLimit)
            json.member("log_path", logPath)
            json.member("mark", mark)
            json.member("program", program)
        }
    }
}
