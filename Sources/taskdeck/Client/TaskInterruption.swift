import Glibc
import TaskClient
import TaskModel

/// Ends the task that a verb follows, or the verb alone, as signals request it.
struct TaskInterruption: Sendable {
    enum Event: Sendable {
        /// The service has added the task.
        case created(TaskID)
        case signal(CInt)
    }

    /// How long the last line of the verb may take: standard error may accept nothing.
    private static let timeToWrite = Duration.milliseconds(500)

    private let client: TaskClient
    private let session: ClientSession
    private let follower: TaskFollower

    init(_ client: TaskClient, _ session: ClientSession, _ follower: TaskFollower) {
        self.client = client
        self.session = session
        self.follower = follower
    }

    /// Handles the events until the task is canceled.
    ///
    /// Nothing here waits for standard output or standard error.
    func handle(_ events: AsyncStream<Event>) async {
        var (id, interrupts) = (TaskID?.none, 0)
        await withTaskGroup(of: Void.self) { group in
            for await event in events {
                switch event {
                case .created(let task):
                    id = task
                    guard interrupts > 0 else { continue }
                case .signal(SIGINT): interrupts += 1
                case .signal(let number): leave(id, interrupts, number)
                }
                switch (id, interrupts) {
                case (nil, 1):
                    group.addTask {
                        await follower.report(
                            "the service has not answered yet; Ctrl-C again does not wait for the answer")
                    }
                case (let task?, 1):
                    group.addTask { await end(task, .terminate) }
                    group.addTask { await follower.report("ending task \(task); Ctrl-C again kills it") }
                case (let task?, 2): group.addTask { await end(task, .kill) }
                default: leave(id, interrupts, SIGINT)
                }
            }
        }
    }

    private func end(_ id: TaskID, _ action: TaskAction) async {
        do throws(TaskError) {
            _ = try await client.perform(action, on: id)
        } catch .invalidState {
            // It has ended meanwhile.
        } catch {
            // A request is canceled once the task has ended.
            guard !Task.isCancelled else { return }
            await follower.report(VerbError(error, in: session).message ?? "\(error)")
        }
    }

    /// Ends the process.
    private func leave(_ id: TaskID?, _ interrupts: Int, _ signal: CInt) -> Never {
        let text =
            switch id {
            case nil: "the service has not answered; 'taskdeck ls' shows whether it has added the task"
            case let id? where interrupts > 0: "task \(id) is being ended; 'taskdeck show \(id)' shows whether it has"
            case let id?: "task \(id) goes on; 'taskdeck logs -f \(id)' shows its output"
            }
        let line = ProgressLine.isPossible ? "\r\u{1B}[K" : ""
        Console.standardError()?.write("\(line)taskdeck: \(text)\n", within: Self.timeToWrite)
        Taskdeck.exit(with: ExitStatus.signal(signal))
    }
}
