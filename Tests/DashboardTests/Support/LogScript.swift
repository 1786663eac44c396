import TaskControl
import TaskModel

@testable import Dashboard

extension DashboardScript {
    /// Logs a dump: a summary, and a row for each of these tasks.
    mutating func dump(_ numbers: some Sequence<Int>, _ state: TaskState = .running) {
        let numbers = Array(numbers)
        let texts =
            ["status: \(numbers.count) tasks: \(numbers.count) \(state.rawValue)"]
            + numbers.map { "  \(Self.id($0)) process_data \(state.rawValue) 25 % pid \(4700 + $0) age \($0) s" }
        let (count, time) = (model.log.total, model.now.wall)
        send(
            .logged(
                texts.enumerated().map { index, text in
                    LogRecord(
                        number: count + index, time: time, level: .info, text: text, dump: index == 0 ? .summary : .row)
                }))
    }

    /// Logs a text several times in one batch.
    mutating func log(_ level: LogLevel, _ text: String, count: Int) {
        let (total, time) = (model.log.total, model.now.wall)
        send(.logged((total..<total + count).map { LogRecord(number: $0, time: time, level: level, text: text) }))
    }

    mutating func log(_ level: LogLevel, _ texts: String...) {
        let count = model.log.total
        send(
            .logged(
                texts.enumerated().map { index, text in
                    LogRecord(number: count + index, time: model.now.wall, level: level, text: text)
                }))
    }
}
