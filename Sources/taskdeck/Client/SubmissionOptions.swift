import ArgumentParser
import Dashboard
import Glibc
import JSON
import SystemPackage
import TaskClient
import TaskControl
import TaskModel

/// The options of verbs that create a task.
struct SubmissionOptions: ParsableArguments, Sendable {
    @Option(name: .long, help: "A name to tell the task by.")
    var name: String?

    @Option(
        name: .long, parsing: .unconditional, help: "From -100 to 100; the higher, the sooner it starts. (default: 0)")
    var priority: Int?

    @Option(
        name: .long, parsing: .unconditional,
        help: "The running time after which it is ended: seconds, or 10m, 1h30m. (default: none)",
        transform: Self.seconds)
    var timeout: Double?

    @Option(
        name: .long, parsing: .unconditional, help: "How often it is started again after a failure. (default: 0)")
    var retries: Int?

    @Option(
        name: .long, help: "When to start it: \(LocalTime.examples), or RFC 3339. (default: now)",
        transform: Self.time)
    var at: Timestamp?

    @Option(
        name: .long,
        help: "A variable for the program: NAME=VALUE, or NAME for that of this shell; may be repeated.")
    var env: [String] = []

    @Option(name: .long, help: "The program's working directory. (default: this one)", completion: .directory)
    var cwd: String?

    @Flag(name: .long, help: "Start the program in the home directory, with the service's few variables.")
    var cleanEnv = false

    @Flag(name: .long, help: "Pass standard input to the program, at most 512 KiB.")
    var stdin = false

    @Option(
        name: .long,
        help:
            "A key that makes it safe to submit again: the task that was submitted with it, in the same directory and environment, is returned.",
        transform: Self.key)
    var key: IdempotencyKey?

    private static func seconds(_ text: String) throws -> Double {
        if let seconds = Double(text), seconds > 0, seconds.isFinite { return seconds }
        if let milliseconds = DurationText.milliseconds(text), milliseconds > 0 { return Double(milliseconds) / 1000 }
        throw ValidationError("it must be a number of seconds, or a duration such as 90s, 10m or 1h30m")
    }

    private static func time(_ text: String) throws -> Timestamp {
        do {
            return try LocalTime.system.time(from: text, at: ServiceClock().now.wall)
        } catch {
            throw ValidationError("it \(error.message)")
        }
    }

    private static func key(_ text: String) throws -> IdempotencyKey {
        guard let key = IdempotencyKey(text) else {
            throw ValidationError("it must be 1 to 255 printable ASCII characters")
        }
        return key
    }

    /// A task that runs a program with what the caller passes on.
    ///
    /// - Throws: ``VerbError``.
    func command(_ arguments: [String]) throws(VerbError) -> TaskDraft {
        var context = cleanEnv ? .empty : try CallerContext.current()
        if let cwd { context.directory = try Self.absolute(cwd) }
        for text in env {
            let (name, value) = try Self.variable(text)
            context.environment[name] = value
        }
        var data: [JSONName: JSONValue] = ["command": .array(arguments.map(JSONValue.string))]
        if let directory = context.directory { data["cwd"] = .string(directory) }
        if !context.environment.isEmpty {
            data["env"] = .object(
                Dictionary(uniqueKeysWithValues: context.environment.map { (JSONName($0), JSONValue.string($1)) }))
        }
        if stdin { data["stdin"] = .string(try StandardInput.text()) }
        return draft(TaskDraft.commandType, data)
    }

    /// A task of another type.
    ///
    /// - Throws: ``VerbError`` for options that only programs have.
    func task(_ type: String, _ data: [JSONName: JSONValue]) throws(VerbError) -> TaskDraft {
        guard env.isEmpty, cwd == nil, !cleanEnv, !stdin else {
            throw .usage("--env, --cwd, --clean-env and --stdin are for programs, not for tasks of the type '\(type)'")
        }
        return draft(type, data)
    }

    private func draft(_ type: String, _ data: [JSONName: JSONValue]) -> TaskDraft {
        var options = TaskOptions()
        options.priority = priority ?? 0
        options.timeout = timeout
        options.retries = retries ?? 0
        options.notBefore = at
        return TaskDraft(type: type, name: name, data: .object(data), options: options)
    }

    private static func absolute(_ path: String) throws(VerbError) -> String {
        guard !path.isEmpty else { throw .usage("--cwd must not be empty") }
        do throws(StartError) {
            return try ServerOptions.absolute(FilePath(path)).string
        } catch {
            throw .usage(error.description)
        }
    }

    private static func variable(_ text: String) throws(VerbError) -> (String, String) {
        let parts = text.parts(separatedBy: "=", atMost: 2)
        guard !parts[0].isEmpty else { throw .usage("--env must be NAME=VALUE or NAME, not '\(text)'") }
        let name = String(parts[0])
        if parts.count == 2 { return (name, String(parts[1])) }
        guard let value = ShellTerminal.variable(name) else {
            throw .usage("--env \(name): there is no such variable here; give it as \(name)=VALUE")
        }
        return (name, value)
    }
}

/// What is written to this verb.
enum StandardInput {
    private static let limit = 512 << 10

    /// All of standard input.
    ///
    /// - Throws: ``VerbError`` for more than a task can have, and for what is not UTF-8.
    static func text() throws(VerbError) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        do {
            while bytes.count <= limit {
                let count = try buffer.withUnsafeMutableBytes { try FileDescriptor.standardInput.readWaiting(into: $0) }
                guard count > 0 else { break }
                bytes += buffer[..<count]
            }
        } catch {
            throw .usage("standard input cannot be read: \(error)")
        }
        guard bytes.count <= limit else {
            throw .usage("standard input has more than the \(limit) bytes that can be sent; pass the name of a file")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .usage("standard input is not UTF-8 and cannot be sent; pass the name of a file")
        }
        return text
    }
}
