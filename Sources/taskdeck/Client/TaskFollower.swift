import Dashboard
import JSON
import NIOCore
import NIOPosix
import TaskClient
import TaskControl
import TaskModel

/// Prints the output of a task until it has ended, over all its attempts.
///
/// On a thread of its own: a terminal or pipe that accepts nothing for a while must not delay signals and requests.
actor TaskFollower {
    nonisolated let unownedExecutor: UnownedSerialExecutor
    private let thread = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let session: ClientSession
    private var printer = OutputPrinter()
    /// The number of bytes that the latest attempt's program has written to what has been printed.
    private var attemptByteCount = 0
    private var progress = ProgressLine()

    init(_ session: ClientSession) {
        self.session = session
        unownedExecutor = thread.next().executor.asUnownedSerialExecutor()
    }

    /// - Returns: The record of the task that has ended.
    /// - Throws: `TaskError`, ``StreamFailure``.
    func run(_ id: TaskID) async throws -> TaskRecord {
        // From the first attempt on: it may have ended before anything is asked about the task.
        var attempt = 1
        try await print(id, attempt: attempt)
        var record = try await current(id)
        while !record.state.isFinal || attempt < record.attempt {
            if record.state == .queued, let reason = record.reason { report("\(reason)") }
            attempt += 1
            try await print(id, attempt: attempt)
            record = try await current(id)
        }
        try progress?.clear()
        // What is reported from now on is the last line.
        progress = nil
        if let output = record.output { reportMissing(output) }
        return record
    }

    /// Reports what has not been printed of the last attempt's output.
    private func reportMissing(_ output: ProgramOutput) {
        let dropped = output.bytes - attemptByteCount - output.lost
        if dropped > 0 {
            report(
                "\(Format.size(dropped)) of the output were dropped before they were printed; the service keeps no more "
                    + "than its --log-limit")
        }
        if output.lost > 0 {
            report("\(Format.size(output.lost)) of the output could not be written to the service's disk")
        }
    }

    /// Shows the progress of the task until it has ended.
    func showProgress(of id: TaskID) async throws {
        try await TaskWatch.follow([id], session.client) { record in
            if record.state.isFinal {
                try progress?.clear()
                return true
            }
            try progress?.show(record)
            return false
        }
    }

    /// Prints a line about the task on standard error, if that is possible.
    func report(_ text: String) {
        try? progress?.clear()
        StandardStream.report(text)
        try? progress?.draw()
    }

    private func current(_ id: TaskID) async throws -> TaskRecord {
        guard let record = try await session.client.task(id) else { throw TaskError.notFound("\(id)") }
        return record
    }

    /// Prints the output of an attempt to its end.
    private func print(_ id: TaskID, attempt: Int) async throws {
        var request = LogRequest()
        request.format = .cri
        request.attempt = attempt
        (request.follows, request.holds) = (true, true)
        do {
            let before = printer.byteCount
            for try await part in try await session.client.log(of: id, request) {
                try progress?.clear()
                try printer.print(records: part)
                try progress?.draw()
            }
            attemptByteCount = printer.byteCount - before
        } catch TaskError.remote(.problem(let problem)) where problem.code.hasSameBytes(as: "invalid_parameter") {
            // The log of built-in work has no times.
            request.format = .text
            for try await part in try await session.client.log(of: id, request) {
                try progress?.clear()
                try printer.print(text: part)
                try progress?.draw()
            }
        }
    }
}
