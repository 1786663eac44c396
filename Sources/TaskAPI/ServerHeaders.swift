import HTTPTypes
import NIOConcurrencyHelpers
import TaskControl
import TaskModel

/// The headers of every answer: `Date` (RFC 9110, 6.6.1) and `Server`.
final class ServerHeaders: Sendable {
    /// The last second and its text: to format one takes longer than to read the clock.
    private let date = NIOLockedValueBox((second: Int64.min, text: ""))

    func add(to fields: inout HTTPFields) {
        fields[.date] = text(of: ServiceClock().now.wall)
        fields[.server] = "taskdeck"
    }

    private func text(of now: Timestamp) -> String {
        let second = now.milliseconds / 1000
        return date.withLockedValue { date in
            if date.second != second { date = (second, now.httpDate) }
            return date.text
        }
    }
}
