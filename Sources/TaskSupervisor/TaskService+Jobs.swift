import HTTPSupport
import JSON
import Logging
import TaskBoard
import TaskControl
import TaskModel
import TaskStore
import WorkerProtocol

// What takes time runs here, beside the actor, and sends its results to the board.
extension TaskService {
    func perform(_ job: Job) async {
        switch job {
        case .work(let launch): await work(launch)
        case .call(let id, let call, let command, let address):
            receive(.task(id, .called(call, await client.perform(command, at: address))))
        case .probe(let id, let address):
            let isAnswering = await client.status(at: address).isAnswering ?? false
            receive(.task(id, .probed(address, isAnswering: isAnswering)))
        case .stored(let id): receive(.task(id, .stored))
        case .reported(.pruned(let tasks)):
            receive(.pruned(tasks))
            journal.recordRemoval(of: tasks)
            await removeLogs(of: tasks.map(\.id))
        case .reported(.failed(let error)):
            signalReaders()
            logger.error(
                "tasks cannot be stored: \(error); tasks that end now are kept in memory, and stored once that is possible"
            )
        case .reported(.recovered):
            signalReaders()
            logger.notice("tasks are stored again")
        case .shutDown(let byForce): shutDown(byForce: byForce)
        }
    }

    // MARK: - Workers

    /// Runs a worker until its end.
    private func work(_ launch: Launch) async {
        let id = launch.id
        do throws(LaunchError) {
            let assignment = try await assignment(for: launch)
            let end = try await launcher.run(assignment) { event in await self.receive(event, from: id) }
            for process in end.remaining { logSurvivor(process, of: id) }
            receive(.task(id, .ended(end, lastLogLine: logs[id]?.lines.last, logSize: logs[id]?.size ?? 0)))
            workers[id] = nil
        } catch {
            let reason = error.reason
            let event: EntryEvent =
                error.concernsTaskAlone ? .unlaunchable(reason: reason) : .launchFailed(reason: reason)
            receive(.task(id, event))
        }
    }

    private func assignment(for launch: Launch) async throws(LaunchError) -> Assignment {
        Assignment(
            taskID: launch.id, taskType: launch.type, taskData: try await data(of: launch), token: token,
            program: try await program(of: launch))
    }

    /// The task's data, read from the store where only the store has it.
    private func data(of launch: Launch) async throws(LaunchError) -> JSONText {
        if let data = launch.data { return data }
        let stored: JSONText?
        do throws(StoreError) {
            stored = try await store.data(of: [launch.id])[launch.id]
        } catch {
            throw LaunchError(reason: "its data cannot be read: \(error)")
        }
        guard let stored else {
            throw LaunchError(reason: "its data is not stored any more", concernsTaskAlone: true)
        }
        return stored
    }

    private func logSurvivor(_ process: String, of id: TaskID) {
        logger.warning("\(id): a process cannot be killed: \(process)")
    }

    private func receive(_ event: WorkerEvent, from id: TaskID) {
        switch event {
        case .started(let worker):
            workers[id] = worker
            receive(.task(id, .started(pid: worker.pid)))
        // Workers run on this host, and their control server must not be reachable from another.
        case .update(.hello(let address)) where !AccessPolicy.isLoopback(address.host):
            receive(.task(id, .violated(reason: "the worker claims to listen on \(address.host):\(address.port)")))
        case .update(let update):
            if case .program(.ended(let summary)) = update {
                for pid in summary.remaining { logSurvivor("\(pid)", of: id) }
            }
            receive(.task(id, .updated(update)))
        case .stopped: receive(.task(id, .stopped))
        case .continued: receive(.task(id, .continued))
        case .violation(let reason): receive(.task(id, .violated(reason: reason)))
        case .log(let line):
            logs[id, default: LogTail()].append(line)
            followers.signal(CollectionOfOne(id))
            if board.read({ $0.entries[id]?.hasMissedCall == true }) { receive(.task(id, .logged)) }
            logger.debug("\(id) says: \(line)")
        }
    }
}
