import JSON
package import TaskControl
package import TaskModel

/// The dashboard's half outside its thread: tells it what happens, and does what it asks for.
///
/// Asks nothing but ``TaskControl``.
package struct DashboardSession: Sendable {
    private let control: any TaskControl
    private let log: any AsyncSequence<[LogRecord], Never> & Sendable
    private let inbox: DashboardInbox
    private let files: FileWriter
    private let onRefusal: @Sendable (TaskError) -> Void
    private let quit: @Sendable (_ isHangUp: Bool) async -> Void

    /// - Parameters:
    ///   - log: the log so far and from then on, in batches.
    ///   - files: writes what an operator keeps.
    ///   - onRefusal: called with every error of the service: the screen has only its sentence.
    ///   - quit: has the service end; called again, at once, unless it is just that the terminal has gone.
    package init(
        control: any TaskControl, log: any AsyncSequence<[LogRecord], Never> & Sendable, inbox: DashboardInbox,
        files: FileWriter = .none, onRefusal: @escaping @Sendable (TaskError) -> Void = { _ in },
        quit: @escaping @Sendable (_ isHangUp: Bool) async -> Void
    ) {
        self.control = control
        self.log = log
        self.inbox = inbox
        self.files = files
        self.onRefusal = onRefusal
        self.quit = quit
    }

    /// Runs until there are no more commands to come.
    package func run(_ commands: AsyncStream<DashboardCommand>) async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                for await changes in await control.updates() { await inbox.deliver(.tasksChanged(changes)) }
            }
            group.addTask {
                for await records in log where !records.isEmpty { await inbox.deliver(.logged(records)) }
            }
            for await command in commands {
                // Begun at once, so that the service hears of commands in the order of the keys.
                group.addImmediateTask { await perform(command) }
            }
            group.cancelAll()
        }
    }

    /// Adds the data of a task that is copied, where it is not in the draft.
    private func complete(_ draft: TaskDraft, _ origin: SubmissionOrigin) async throws(TaskError) -> TaskDraft {
        guard case .copy(let id) = origin, draft.members["task_data"] == nil else { return draft }
        guard let data = try await control.task(id)?.data else { throw .notFound(id.description) }
        var members = draft.members
        members["task_data"] = data.value
        return TaskDraft(members: members)
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
        }
    }

    private func perform(_ command: DashboardCommand) async {
        switch command {
        case .perform(let ticket):
            do throws(TaskError) {
                inbox.post(.performed(ticket, .success(try await control.perform(ticket.action, on: ticket.id))))
            } catch {
                onRefusal(error)
                inbox.post(.performed(ticket, .failure(error)))
            }
        case .submit(let draft, let origin):
            do throws(TaskError) {
                inbox.post(
                    .submitted(
                        origin, .success(try await control.submit(try await complete(draft, origin), key: nil).record)))
            } catch {
                onRefusal(error)
                inbox.post(.submitted(origin, .failure(error)))
            }
        case .setPriority(let priority, let id):
            do throws(TaskError) {
                inbox.post(.prioritized(id, .success(try await control.setPriority(priority, of: id))))
            } catch {
                onRefusal(error)
                inbox.post(.prioritized(id, .failure(error)))
            }
        case .move(let id, let end):
            do throws(TaskError) {
                inbox.post(.moved(id, end, .success(try await control.move(id, to: end))))
            } catch {
                onRefusal(error)
                inbox.post(.moved(id, end, .failure(error)))
            }
        case .save(let text, let path):
            do throws(SaveError) {
                let file = try await files.write(try await content(of: text), path: path)
                inbox.post(.saved(path: file.path, .success(file.size)))
            } catch {
                inbox.post(.saved(path: path, .failure(error)))
            }
        case .holdQueue(let isHeld):
            do throws(TaskError) {
                inbox.post(.queueChanged(.success(try await control.holdQueue(isHeld))))
            } catch {
                onRefusal(error)
                inbox.post(.queueChanged(.failure(error)))
            }
        case .readDetail(let id):
            // A detail that cannot be read now is read again in a second.
            inbox.post(.detailRead(id, try? await control.detail(id)))
        case .readUsage: inbox.post(.usageRead(await control.usage()))
        case .quit: await quit(false)
        case .hangUp: await quit(true)
        case .terminal: assertionFailure("the loop has the terminal do this itself")
        }
    }
}
