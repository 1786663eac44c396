import Dashboard
import Logging
import ServiceConfiguration
import SystemPackage
import TaskControl
import TaskModel
import TaskSupervisor

/// Replaces the declared types by those that the configuration file has now.
///
/// All change, or none. Accepted tasks keep their programs. Flags have an effect at the next start.
struct ConfigurationReload: ConfigurationReloading {
    let source: ConfigurationSource
    let tasks: TaskService
    let dashboard: DashboardService?
    let logger: Logger

    func reload() throws(ConfigurationUnusable) -> Int {
        do {
            guard source.isRereadable else {
                throw StartError.environment(
                    "the configuration file '\(source.path?.string ?? "")' cannot be read again: it is no regular file")
            }
            let types = try source.read().types
            tasks.replaceDeclaredTypes(with: types)
            dashboard?.post(.typesChanged(tasks.taskTypes()))
            logger.notice("the configuration has been read again: \(types.count) declared types")
            return types.count
        } catch {
            let failure = ConfigurationUnusable(problems(of: error))
            for problem in failure.problems { logger.error("\(problem)") }
            logger.error("the configuration has problems; the declared types are as before")
            throw failure
        }
    }

    private func problems(of error: any Error) -> [ConfigurationProblem] {
        guard let error = error as? ConfigurationError else {
            return [ConfigurationProblem(file: source.path?.string, place: nil, message: "\(error)")]
        }
        return error.problems.map { problem in
            ConfigurationProblem(
                file: error.file, place: .init(line: problem.position.line, column: problem.position.column),
                message: problem.message)
        }
    }
}
