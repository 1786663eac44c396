import JSON
import TaskClient
import TaskModel

/// A change of several tasks.
struct ChangeRun: Sendable {
    /// The most requests at a time.
    private static let concurrency = 16

    let session: ClientSession
    let printsJSON: Bool
    /// The line about a task that has been changed.
    let line: @Sendable (TaskRecord) -> String

    /// Changes the tasks, prints a line for each in their order, and returns the exit code.
    ///
    /// All are changed, also where the lines cannot be written, as to a `head` that has ended.
    ///
    /// - Throws: `TaskError` if the service is not reached, ``StreamFailure``.
    func run(_ change: TaskChange, on ids: [TaskID]) async throws -> Int32 {
        let client = session.client
        var statuses: Set<Int32> = []
        var failure: StreamFailure?
        try await withThrowingTaskGroup(of: (Int, Result<[UInt8], TaskError>).self) { group in
            var answers: [Int: Result<[UInt8], TaskError>] = [:]
            var (started, printed) = (0, 0)
            func start() {
                guard started < ids.count else { return }
                let index = started
                started += 1
                group.addTask {
                    do throws(TaskError) {
                        return (index, .success(try await client.change(ids[index], change)))
                    } catch {
                        return (index, .failure(error))
                    }
                }
            }
            for _ in 0..<Self.concurrency { start() }
            while let (index, answer) = try await group.next() {
                answers[index] = answer
                start()
                while let answer = answers.removeValue(forKey: printed) {
                    do {
                        if let status = try report(answer, ids[printed]) { statuses.insert(status) }
                    } catch let error as StreamFailure {
                        failure = failure ?? error
                    }
                    printed += 1
                }
            }
        }
        if let failure { throw failure }
        guard let status = statuses.first else { return ExitStatus.success }
        return ids.count == 1 ? status : ExitStatus.failure
    }

    /// - Returns: The exit code for a failure; `nil` for a success.
    private func report(_ answer: Result<[UInt8], TaskError>, _ id: TaskID) throws -> Int32? {
        switch answer {
        case .success(let body) where printsJSON:
            try session.print(json: body)
        case .success(let body):
            try session.print(line(try TaskClient.record(from: body)))
        case .failure(.remote(.unreachable(let reason))):
            // The others would fail in the same way.
            throw TaskError.remote(.unreachable(reason: reason))
        case .failure(let error):
            StandardStream.report(VerbError(error, in: session).message ?? "\(id) could not be changed")
            return error.exitStatus
        }
        return nil
    }
}
