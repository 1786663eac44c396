import JSON
package import TaskControl
package import TaskModel

/// The dashboard's connection to the service: delivers events and performs commands.
///
/// It uses only ``TaskControl``.
package struct DashboardSession: Sendable {
    private let control: any TaskControl
    private let log: any AsyncSequence<[LogRecord], Never> & Sendable
    private let inbox: DashboardInbox
    private let files: FileWriter
    private let paths: PathCompleter
    private let outputs: (any TaskOutputs)?
    private let onRefusal: @Sendable (TaskError) -> Void
    private let quit: @Sendable (_ isHangUp: Bool) async -> Void
    private let endService: @Sendable () async throws(TaskError) -> Void

    /// - Parameters:
    ///   - log: The log so far, and new records in batches.
    ///   - files: Writes files for the operator.
    ///   - paths: Completes paths for the operator.
    ///   - outputs: The output of programs; `nil` if there is none.
    ///   - onRefusal: Receives every error of the service; the screen shows only a sentence.
    ///   - quit: Ends the dashboard, and the service if it is in this process; the second time at once, unless only
    ///     the terminal is gone.
    ///   - endService: Ends a service in another process.
    package init(
        control: any TaskControl, log: any AsyncSequence<[LogRecord], Never> & Sendable, inbox: DashboardInbox,
        files: FileWriter = .none, paths: PathCompleter = .none, outputs: (any TaskOutputs)? = nil,
        onRefusal: @escaping @Sendable (TaskError) -> Void = { _ in },
        quit: @escaping @Sendable (_ isHangUp: Bool) async -> Void,
        endService: @escaping @Sendable () async throws(TaskError) -> Void = {}
    ) {
        self.control = control
        self.log = log
        self.inbox = inbox
        self.files = files
        self.paths = paths
        self.outputs = outputs
        self.onRefusal = onRefusal
        self.quit = quit
        self.endService = endService
    }

    /// Runs until the stream of commands ends.
    package func run(_ commands: AsyncStream<DashboardCommand>) async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                for await changes in await control.updates() { await inbox.deliver(.tasksChanged(changes)) }
            }
            group.addTask {
                for await records in log where !records.isEmpty { await inbox.deliver(.logged(records)) }
            }
            var following: AsyncStream<Void>.Continuation?
            for await command in commands {
                if case .followOutput(let id) = command {
                    following?.finish()
                    let (stop, continuation) = AsyncStream<Void>.makeCoalescedSignals()
                    following = continuation
                    if let id { group.addTask { await followOutput(of: id, until: stop) } }
                    continue
                }
                // Started immediately, so that requests are sent in the order of the keys.
                group.addImmediateTask { await perform(command) }
            }
            group.cancelAll()
        }
    }

    private func perform(_ command: DashboardCommand) async {
        switch command {
        case .perform(let ticket):
            let result = await request { () async throws(TaskError) in
                try await control.perform(ticket.action, on: ticket.id)
            }
            inbox.post(.performed(ticket, result))
        case .submit(let draft):
            let result = await request { () async throws(TaskError) in
                try await control.submit(draft, key: nil).record
            }
            inbox.post(.submitted(.form, result))
        case .runAgain(let id):
            let result = await request { () async throws(TaskError) in
                try await control.runAgain(id)
            }
            inbox.post(.submitted(.copy(of: id), result))
        case .setPriority(let priority, let id):
            let result = await request { () async throws(TaskError) in
                try await control.setPriority(priority, of: id)
            }
            inbox.post(.prioritized(id, result))
        case .move(let id, let end):
            let result = await request { () async throws(TaskError) in
                try await control.move(id, to: end)
            }
            inbox.post(.moved(id, end, result))
        case .setQueuePaused(let isPaused):
            let result = await request { () async throws(TaskError) in
                try await control.setQueuePaused(isPaused)
            }
            inbox.post(.queueChanged(result))
        case .completePath(let path): inbox.post(.pathCompleted(path, await paths.complete(path)))
        case .save(let text, let path): await save(text, path: path)
        case .copyOutput(let id, let stream):
            let result = await request { () async throws(TaskError) in
                try await outputText(of: id, stream, limit: Clipboard.limit)
            }
            inbox.post(.outputCopied(id, result))
        case .readDetail(let id):
            // A failed read is repeated after a second.
            inbox.post(.detailRead(id, try? await control.detail(id)))
        case .readUsage: inbox.post(.usageRead(await control.usage()))
        case .readTypes:
            // Without an answer the types stay as they are.
            if let types = try? await control.taskTypes() { inbox.post(.typesChanged(types)) }
        case .readOutput(let id, let query):
            let result = await request { () async throws(TaskError) in
                try await outputs?.output(of: id, attempt: nil, query)
            }
            inbox.post(.outputRead(id, query, result))
        case .readLastLine(let id):
            // More than one, since the last ones may be empty.
            let page = try? await outputs?.output(of: id, attempt: nil, OutputQuery(.last, limit: 5))
            inbox.post(.lastLineRead(id, page?.lastText))
        case .copyResult(let id):
            let result = await request { () async throws(TaskError) in try await control.task(id)?.result }
            inbox.post(.resultCopied(id, result))
        case .quit: await quit(false)
        case .endService: inbox.post(.serviceEndRequested(await request(endService)))
        case .hangUp: await quit(true)
        case .terminal, .followOutput: assertionFailure("these commands are performed elsewhere")
        }
    }

    /// Delivers the signals of a task's output until another one is followed.
    private func followOutput(of id: TaskID, until stop: AsyncStream<Void>) async {
        guard let outputs else { return }
        await withDiscardingTaskGroup { group in
            group.addTask {
                for await _ in await outputs.outputSignals(of: id) { await inbox.deliver(.outputGrew(id)) }
            }
            for await _ in stop {}
            group.cancelAll()
        }
    }

    /// Sends a request to the service and reports its error.
    private func request<Value: Sendable>(
        _ body: () async throws(TaskError) -> Value
    ) async -> Result<Value, TaskError> {
        do throws(TaskError) {
            return .success(try await body())
        } catch {
            onRefusal(error)
            return .failure(error)
        }
    }

    // MARK: - Files

    private func save(_ text: SavedText, path: String) async {
        do throws(SaveError) {
            let file = try await files.write(try await content(of: text), path: path)
            inbox.post(.saved(path: file.path, .success(file.size)))
        } catch {
            inbox.post(.saved(path: path, .failure(error)))
        }
    }

    /// The maximum size of an output that is written to a file, in bytes.
    private static let savedOutputLimit = 64 << 20

    private func outputText(
        of id: TaskID, _ stream: ProgramStream?, limit: Int
    ) async throws(TaskError) -> OutputText? {
        guard let outputs else { return nil }
        return try await OutputTextReader(outputs).text(of: id, stream, limit: limit)
    }

    private func content(of text: SavedText) async throws(SaveError) -> SavedContent {
        switch text {
        case .text(let text): return .text(text)
        case .result(let id):
            let result: JSONText?
            do throws(TaskError) {
                result = try await control.task(id)?.result
            } catch {
                throw SaveError(reason: "the result cannot be read: \(error.detail)")
            }
            guard let result else { throw SaveError(reason: "the task has no result") }
            return .result(result)
        case .output(let id, let stream):
            let output: OutputText?
            do throws(TaskError) {
                output = try await outputText(of: id, stream, limit: Self.savedOutputLimit)
            } catch {
                throw SaveError(reason: "the output cannot be read: \(error.detail)")
            }
            guard let output else { throw SaveError(reason: "the task has no output") }
            guard !output.isTooLong else {
                let limit = Format.bytes(Self.savedOutputLimit)
                throw SaveError(reason: "it is longer than \(limit); GET /tasks/\(id)/log has all of it")
            }
            return .text(output.text)
        }
    }
}
