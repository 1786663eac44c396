import Logging
import TaskBoard
import TaskControl
import TaskModel
import TaskStore

// What the board has decided is done here.
extension TaskService {
    func perform(_ action: BoardAction) {
        switch action {
        case .launch(let launch):
            // Of an earlier attempt.
            logs[launch.id] = nil
            jobQueue.yield(.work(launch))
        case .store(let record):
            let id = record.id
            // What cannot be stored takes effect all the same: the task has been accepted.
            let done: @Sendable (StoreError?) -> Void = { [jobQueue] _ in jobQueue.yield(.stored(id)) }
            if record.state == .starting {
                store.activate(id, at: clock.now.wall, done: done)
            } else {
                store.save(record, done: done)
            }
        case .call(let id, let call, let command, let address):
            jobQueue.yield(.call(id, call, command, address))
        case .probe(let id, let address): jobQueue.yield(.probe(id, address))
        case .signal(let id, let signal):
            workers[id]?.send(signal)
        case .answer(let request, let result):
            unanswered.removeValue(forKey: request)?.resume(returning: result)
        case .report(let report):
            if case .launchingChanged = report { signalReaders() }
            log(report)
        case .drained:
            isDrained = true
            for waiter in drainWaiters { waiter.resume() }
            drainWaiters = []
            jobQueue.finish()
        }
    }

    private func log(_ report: BoardReport) {
        switch report {
        case .changed(let record): logger.log(level: record.logLevel, "\(record.logSentence)")
        case .lingering(let record, let duration): logger.info("\(record.lingeringSentence(for: duration))")
        case .forced(let record, let duration): logger.warning("\(record.forcedSentence(after: duration))")
        case .stoppedAnswering(let record): logger.warning("\(record.notAnsweringSentence)")
        case .answersAgain(let record, let silence):
            logger.notice("\(record.answeringSentence(after: silence))")
        case .requeued(let record):
            logger.debug("\(record.id) \(record.type) queued again without a worker")
        case .launchingChanged(let failure?):
            logger.error("no worker can be started: \(failure); tasks stay queued until one can")
        case .launchingChanged(nil):
            logger.notice("workers can be started again")
        case .defect(let id, let defect):
            logger.critical("defect: \(id), which is \(defect.state), cannot \(defect.transition)")
        }
    }

    /// Sends a client's request to the board and returns the answer.
    func request(_ event: (RequestID) -> BoardEvent) async -> Result<TaskRecord, TaskError> {
        requests += 1
        let request = RequestID(number: requests)
        return await withCheckedContinuation { continuation in
            unanswered[request] = continuation
            receive(event(request))
        }
    }
}
