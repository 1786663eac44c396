import JSON
import TaskModel
import WorkerProtocol

extension TaskEntry {
    /// Its record, without its position in the queue.
    func record(at now: Moment) -> TaskRecord {
        var record = TaskRecord(
            id: id, type: type, data: data, dataSize: dataSize, options: options, state: phase.state,
            progress: progress, createdAt: createdAt)
        record.revision = revision
        record.name = name
        record.title = title
        record.queueOrder = queueOrder
        record.attempts = attempts
        record.retryAt = retryAt
        record.pid = pid
        record.workerPort = workerPort
        record.startedAt = startedAt
        record.activeMilliseconds = clock.active(at: now.uptime).wholeMilliseconds
        record.pausedMilliseconds = clock.paused(at: now.uptime).wholeMilliseconds
        record.pending = phase.pendingAction
        record.notAnsweringSince = silence?.since.wall
        record.reason = reason
        if case .present(let values) = rare {
            record.retryOf = values.retryOf
            record.output = values.program?.output
            record.signal = values.program?.signal
            record.leftBehind = values.program?.summary?.leftBehind
        }
        if case .finished(let finished) = phase {
            record.finishedAt = finished.at
            record.exitCode = finished.exitCode
            record.termination = finished.termination
            switch finished.ending {
            case .completed(let result): record.result = result
            case .failed(let error): record.error = error
            case .terminated, .killed: break
            }
        }
        return record
    }

    /// About how many bytes of memory it takes once it has ended, with its log and its JSON.
    var size: Int {
        var size = (data?.bytes.count ?? 0) + (progress.step?.utf8.count ?? 0)
        size += (name?.utf8.count ?? 0) + title.utf8.count
        size += attempts.reduce(0) { $0 + MemoryLayout<TaskAttempt>.size + $1.error.utf8.count }
        if case .finished(let finished) = phase {
            switch finished.ending {
            case .completed(let result): size += result.bytes.count
            case .failed(let error): size += error.utf8.count
            case .terminated, .killed: break
            }
        }
        return size + logSize + Self.overhead
    }

    /// Bytes of a task without data: twice its entry, because tables are not always full, and its ``RecordBody``.
    private static let overhead = 2 * MemoryLayout<TaskEntry>.stride + 1024
}
