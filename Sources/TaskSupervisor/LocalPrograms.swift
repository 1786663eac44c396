import Processes
package import TaskModel
package import TaskTypes

/// The programs of this host, where workers run.
package struct LocalPrograms: ProgramCheck {
    package init() {}

    package func problems(of program: Program) -> [ProgramProblem] {
        var problems: [ProgramProblem] = []
        do throws(ProgramError) {
            _ = try ProgramPath.find(
                program.arguments[0], path: program.environment["PATH"], directory: program.directory)
        } catch {
            problems.append(ProgramProblem(.file, "\(error)"))
        }
        do throws(ProgramError) {
            try ProgramPath.check(directory: program.directory)
        } catch {
            problems.append(ProgramProblem(.directory, "\(error)"))
        }
        return problems
    }
}
