package import JSON

/// A program to run, complete: whatever changes in the configuration afterwards, a task runs the program with which it
/// was accepted.
package struct Program: Sendable, Hashable {
    /// The arguments, never empty.
    ///
    /// The first one is the program's file, found by the `PATH` of ``environment`` unless it contains a slash.
    package var arguments: [String]
    /// The working directory, an absolute path.
    package var directory: String
    /// All environment variables, except those that the worker adds: `TASKDECK_TASK_ID`, `TASKDECK_ATTEMPT`,
    /// `TASKDECK_PROGRESS_FD`.
    package var environment: [String: String]
    /// The text on standard input; `nil` for `/dev/null`.
    package var input: String?
    /// The signal that requests a graceful end.
    package var stopSignal: ProgramSignal
    /// The exit codes that mean success: not empty, each in ``exitCodes``.
    package var successCodes: [Int32]
    /// How the output is searched for progress.
    package var progress: ProgressRule

    /// All exit codes.
    package static let exitCodes: ClosedRange<Int32> = 0...255

    package init(
        arguments: [String], directory: String, environment: [String: String], input: String? = nil,
        stopSignal: ProgramSignal = .term, successCodes: [Int32] = [0], progress: ProgressRule = .automatic
    ) {
        self.arguments = arguments
        self.directory = directory
        self.environment = environment
        self.input = input
        self.stopSignal = stopSignal
        self.successCodes = successCodes
        self.progress = progress
    }
}

extension Program: JSONObjectReadable, JSONWritable {
    package init(members: JSONMembers) throws(JSONShapeError) {
        let variables: JSONValue = try members.value("environment")
        var environment: [String: String] = [:]
        guard let object = variables.members else { throw JSONShapeError("'environment' is not an object") }
        for (name, value) in object { environment[name.text] = try String(json: value) }
        self.init(
            arguments: try members.value("arguments"), directory: try members.value("directory"),
            environment: environment, input: try members.optional("input"),
            stopSignal: try members.value("stop_signal"), successCodes: try members.value("success_codes"),
            progress: try members.value("progress"))
        guard !arguments.isEmpty else { throw JSONShapeError("'arguments' is empty") }
    }

    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("arguments", arguments)
            json.member("directory", directory)
            json.member("environment", environmentObject)
            json.member("input", input)
            json.member("progress", progress)
            json.member("stop_signal", stopSignal)
            json.member("success_codes", successCodes)
        }
    }

    private var environmentObject: JSONValue {
        .object(
            Dictionary(
                environment.map { (JSONName($0), .string($1)) }, uniquingKeysWith: { first, _ in first }))
    }
}
