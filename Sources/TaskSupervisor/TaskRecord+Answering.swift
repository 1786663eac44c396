import TaskModel

// The log lines of a worker that stops answering and answers again.
extension TaskRecord {
    /// The line for a task whose worker does not answer.
    var notAnsweringSentence: String {
        let isStopped = if case .notAnswering(_, isStopped: true)? = reason { true } else { false }
        return "\(id) \(type) is not answering: its worker has "
            + (isStopped ? "been stopped by a signal" : "missed a call")
    }

    /// The line for a task whose worker answers again.
    func answeringSentence(after silence: Duration) -> String {
        let seconds = (silence.wholeMilliseconds + 500) / 1000
        return "\(id) \(type) answers again after \(seconds < 1 ? "less than 1 s" : "\(seconds) s")"
    }
}
