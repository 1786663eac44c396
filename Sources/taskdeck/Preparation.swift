import CLinux
import Glibc
import HTTPSupport
import Logging
import ServiceLog
import SystemPackage
import TaskModel
import TaskStore
import TaskSupervisor

import protocol NIOCore.EventLoopGroup

// What the options say, made into what the parts need.
extension Options {
    /// - Throws: ``StartError`` when the file cannot be read or holds no token.
    func readToken() throws -> AccessToken? {
        if let tokenFile { return try TokenFile.read(tokenFile) }
        return try getenv("TASKDECK_TOKEN").map { try TokenFile.token(String(cString: $0), from: "TASKDECK_TOKEN") }
    }

    /// - Throws: ``StartError`` when the host is unknown, or others could reach the service and no token keeps them out.
    func accessPolicy(token: AccessToken?) throws -> AccessPolicy {
        if AccessPolicy.isLoopback(host) { return AccessPolicy(token: token, hosts: .loopback(boundName: host)) }
        if let reason = Self.obstacleToResolving(host) {
            throw StartError.environment("--host \(host) is not a known name or address of this machine (\(reason))")
        }
        guard token != nil else {
            throw StartError.usage(
                "--host \(host) can be reached from other machines, who could then run tasks here; "
                    + "set a token with --token-file or TASKDECK_TOKEN")
        }
        return AccessPolicy(token: token, hosts: .any)
    }

    /// Why a name stands for no address; `nil` if it does.
    private static func obstacleToResolving(_ host: String) -> String? {
        var addresses: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, nil, &addresses)
        guard code == 0 else { return String(cString: gai_strerror(code)) }
        freeaddrinfo(addresses)
        return nil
    }

    /// - Throws: ``StartError`` when the log file cannot be opened.
    func openLog(standardError: FileDescriptor?) throws -> LogHub {
        do {
            return try LogHub(standardError: standardError, file: logFile.map { FilePath($0) })
        } catch {
            // open(2) of a pipe without a reader, and of a socket.
            let reason = error as? Errno == .noSuchAddressOrDevice ? "nothing reads from it" : "\(error)"
            throw StartError.environment("the log file '\(logFile ?? "")' cannot be opened: \(reason)")
        }
    }

    /// How many tasks may have a worker at the same time; `nil` means any number.
    var runningLimit: Int? {
        let limit = maxRunning ?? 4 * max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        return limit == 0 ? nil : limit
    }

    /// How many finished tasks are held in memory; others are looked up when somebody asks.
    var window: Int { keep == 0 ? Self.windowLimit : min(keep, Self.windowLimit) }
    private static var windowLimit: Int { 10_000 }

    /// - Throws: ``StartError`` when the directory or what is in it cannot be used.
    func openStore() throws -> TaskStore {
        do {
            let directory = ephemeral ? nil : try StateDirectory(stateDirectory())
            return try TaskStore(directory, keep: keep == 0 ? nil : keep, titles: TaskService.title(of:))
        } catch let error as StateUnusable {
            throw StartError.environment("\(error)")
        }
    }

    /// As the XDG Base Directory Specification says.
    private func stateDirectory() throws -> FilePath {
        if let state { return try Self.absolute(FilePath(state)) }
        // A path that is not absolute is to be ignored.
        if let text = try getenv("XDG_STATE_HOME").map({ try Self.text($0, "XDG_STATE_HOME") }), text.hasPrefix("/") {
            return FilePath(text).appending("taskdeck")
        }
        // Services are often started without the variable.
        let entry = getpwuid(getuid()).flatMap { $0.pointee.pw_dir }.map { String(cString: $0) }
        guard let path = try getenv("HOME").map({ try Self.text($0, "HOME") }) ?? entry, path.hasPrefix("/") else {
            throw StartError.environment(
                "there is no home directory to keep tasks in; choose a directory with --state, or use --ephemeral")
        }
        let home = FilePath(path)
        return home.appending(".local/state/taskdeck")
    }

    private static func absolute(_ path: FilePath) throws -> FilePath {
        guard !path.isAbsolute, let current = getcwd(nil, 0) else { return path }
        defer { free(current) }
        return FilePath(try text(current, "the path of the current directory")).pushing(path)
    }

    /// A path as text; read as something else, it would be another one.
    private static func text(_ path: UnsafePointer<CChar>, _ name: String) throws -> String {
        guard let text = String(validatingCString: path) else { throw StartError.environment("\(name) is not UTF-8") }
        return text
    }

    /// - Throws: ``StartError`` when there is no worker program.
    func workerSource(on eventLoops: any EventLoopGroup, logger: Logger) throws -> WorkerSource {
        let path = try workerExecutable()
        // Of other programs nothing is known but that they work on one task each.
        guard worker == nil else { return .program(path) }
        let idlePoolSize = warmWorkers ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        return .forks(of: path, idlePoolSize: idlePoolSize, eventLoops: eventLoops, logger: logger)
    }

    private func workerExecutable() throws -> FilePath {
        let path = try worker.map { FilePath($0) } ?? Self.directoryOfThisProgram().appending("taskdeck-worker")
        let isFile = linux_is_regular_file(path.string)
        guard isFile >= 0 else {
            throw StartError.environment(
                "there is no worker program at '\(path)'; build it with 'swift build', or name it with --worker")
        }
        guard isFile == 1, access(path.string, X_OK) == 0 else {
            throw StartError.environment("the worker program '\(path)' is not an executable file")
        }
        return path
    }

    private static func directoryOfThisProgram() throws -> FilePath {
        guard let target = realpath("/proc/self/exe", nil) else {
            throw StartError.environment("/proc/self/exe cannot be read; name the worker program with --worker")
        }
        defer { free(target) }
        return FilePath(String(cString: target)).removingLastComponent()
    }
}
