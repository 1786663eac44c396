import Dashboard
import Logging
import SystemPackage
import TaskModel

/// The address of the API, for people and for scripts that ask for port 0.
struct Announcement: Sendable {
    let needsToken: Bool
    let socket: FilePath
    /// The directory of an ephemeral service; `nil` for another.
    let temporaryDirectory: FilePath?
    let dashboard: DashboardService?
    let logger: Logger

    /// Shows the address in the dashboard, or writes it as the only line on standard output.
    func send(host: String, port: Int) {
        let address = "http://" + (host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)")
        logger.log(level: dashboard == nil ? .debug : .info, "listening on \(socket) and \(address)")
        if let temporaryDirectory {
            logger.notice("socket, token and output of tasks are in \(temporaryDirectory), until the end")
        }
        if let dashboard {
            dashboard.post(.listening(address, needsToken: needsToken))
        } else {
            Console.standardOutput.write("taskdeck \(taskdeckVersion) listening on \(address)\n")
        }
    }
}
