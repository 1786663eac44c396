import TaskControl
import TaskModel

@testable import Dashboard

extension DashboardScript {
    /// Logs a dump of all tasks: a summary, and a row for each of the tasks with these numbers.
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

    /// Logs the same text several times, in one batch.
    mutating func log(_ level: LogLevel, _ text: String, count: Int) {
        let (total, time) = (model.log.total, model.now.wall)
        send(.logged((total..<total + count).map { LogRecord(number: $0, time: time, level: level, text: text) }))
    }

    /// Keys as they are written: `⏎` for Enter, `⎋` for Escape, `⇥` for Tab.
    mutating func keys(_ text: String) {
        for character in text {
            switch character {
            case "⏎": press(.enter)
            case "⎋": press(.escape)
            case "⇥": press(.tab)
            case "③": press(.function(3))
            default: type(String(character))
            }
        }
    }
}
