import TaskModel

// What is done to the queue.
extension DashboardModel {
    /// Gives the tasks among the targets that wait another priority.
    mutating func changePriority(by step: Int) -> [DashboardCommand] {
        let records = targets.compactMap { tasks.rows[$0]?.record }
        let waiting = records.filter { $0.state == .queued }
        guard !waiting.isEmpty else {
            say(.failure, records.isEmpty ? "there is no task to move" : "only tasks that wait can be moved")
            return []
        }
        return waiting.compactMap { record in
            // Several keys may be on their way.
            let priority = (priorities[record.id] ?? record.options.priority) + step
            guard TaskOptions.priorities.contains(priority) else {
                say(.failure, "\(name(record.id)) has the priority \(priority - step), and there is none beyond")
                return nil
            }
            priorities[record.id] = priority
            return .setPriority(priority, of: record.id)
        }
    }

    mutating func take(_ result: Result<TaskRecord, TaskError>, ofPriorityOf id: TaskID) {
        switch result {
        case .success(let record):
            if priorities[id] == record.options.priority { priorities[id] = nil }
            say(.success, "\(name(id)) has the priority \(record.options.priority)")
        case .failure(let error):
            priorities[id] = nil
            say(.failure, sentence(on: error, "the priority of \(name(id)) was not changed"))
        }
    }

    mutating func take(_ result: Result<QueueStatus, TaskError>) {
        switch result {
        case .success(let status):
            queue = status
            say(.success, status.isHeld ? "the queue is held: nothing new is started" : "the queue is released")
        case .failure(let error):
            say(.failure, sentence(on: error, "the queue was not \(queue.isHeld ? "released" : "held")"))
        }
    }

    /// Starts finished tasks again, each as a new one.
    mutating func runAgain() -> [DashboardCommand] {
        let records = targets.compactMap { tasks.rows[$0]?.record }
        let finished = records.filter(\.state.isFinal)
        if finished.isEmpty {
            say(
                .failure,
                records.isEmpty ? "there is no task to run again" : "it has not finished; d starts another one")
        }
        return finished.map { .submit(Self.draft(from: $0), from: .copy(of: $0.id)) }
    }

    /// What would make the same task anew, at once; without its data if that is only stored.
    static func draft(from record: TaskRecord) -> TaskDraft {
        var options = record.options
        options.notBefore = nil
        return TaskDraft(type: record.type, data: record.data?.value, options: options)
    }
}
