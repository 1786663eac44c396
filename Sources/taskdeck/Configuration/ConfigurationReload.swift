import Dashboard
import Logging
import ServiceConfiguration
import SystemPackage
import TaskSupervisor

/// Replaces the declared types by those that the configuration file has now.
///
/// All change, or none. Accepted tasks keep their programs. Flags have an effect at the next start.
struct ConfigurationReload: Sendable {
    let source: ConfigurationSource
    let tasks: TaskService
    let dashboard: DashboardService?
    let logger: Logger

    /// Reads the file and replaces the types.
    ///
    /// - Returns: The number of declared types.
    /// - Throws: ``ConfigurationReloadError``; the types are as before.
    func perform() throws(ConfigurationReloadError) -> Int {
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
            let failure = ConfigurationReloadError(error)
            for line in failure.lines { logger.error("\(line)") }
            logger.error("the configuration has problems; the declared types are as before")
            throw failure
        }
    }
}

/// Why the configuration could not be read again.
struct ConfigurationReloadError: Error {
    /// At least one, as `FILE:LINE:COLUMN: what is wrong; what would be right` if the file can be read.
    let lines: [String]

    init(_ error: any Error) {
        lines = (error as? ConfigurationError)?.lines ?? ["\(error)"]
    }
}
